"""Recorded results, and that they belong to the code of today."""

import pytest
from attnbook.data.dates import DateSettings
from attnbook.data.sentences import SentenceSettings
from attnbook.numpy.attention_seq2seq import Sizes
from attnbook.numpy.training import TrainSettings as NumpySettings
from attnbook.recorded import load_recorded
from attnbook.torch.date_reader import ReaderSettings
from attnbook.torch.training import TrainSettings


def same_reader(recorded, settings) -> bool:
    """The length that the location score knows came later, and is last."""
    return str(settings).startswith(recorded["reader"].rstrip(")"))


def test_the_recorded_dates_say_where_they_come_from():
    recorded = load_recorded("dates")
    for key in ("seeds", "machine", "versions", "date", "what"):
        assert recorded[key], key


def test_the_recorded_dates_were_made_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/dates.py again."""
    recorded = load_recorded("dates")
    assert recorded["corpus"]["settings"] == str(DateSettings())
    assert same_reader(recorded, ReaderSettings())
    assert recorded["training"] == str(TrainSettings(epochs=12))


def test_each_kind_of_attention_has_a_line_of_twelve_epochs_for_each_seed():
    recorded = load_recorded("dates")
    kinds = {"none", "dot", "general", "concat", "length one"}
    assert recorded["exact_match"].keys() == kinds
    for lines in recorded["exact_match"].values():
        assert (
            [len(line) for line in lines]
            == [12, 12, 12]
            == [12] * len(recorded["seeds"])
        )
        assert all(0 <= number <= 1 for line in lines for number in line)


def test_an_unknown_recording_is_an_error():
    with pytest.raises(FileNotFoundError):
        load_recorded("nothing")


def test_the_recorded_vocabularies_say_where_they_come_from():
    recorded = load_recorded("vocabulary")
    for key in ("seeds", "data", "machine", "versions", "date", "what"):
        assert recorded[key], key


def test_a_shorter_recorded_vocabulary_knows_less():
    recorded = load_recorded("vocabulary")
    count = len(recorded["leasts"])
    assert recorded["measured"].keys() == {"en", "ja", "zh"}
    for units in recorded["measured"].values():
        assert units.keys() == {"words", "characters"}
        for line in (line for lines in units.values() for line in lines):
            assert len(line["tokens"]) == len(line["unknown"]) == count
            assert line["tokens"] == sorted(line["tokens"], reverse=True)
            assert line["unknown"] == sorted(line["unknown"])


def test_the_recorded_windows_were_made_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/luong_local.py again."""
    recorded = load_recorded("luong_local")
    for key in ("seeds", "machine", "versions", "date", "what"):
        assert recorded[key], key
    assert recorded["corpus"] == str(SentenceSettings(train=4000, held_out=500))
    assert same_reader(recorded, ReaderSettings(hidden=64, attn_dim=32))
    assert recorded["training"] == str(TrainSettings(epochs=10))


def test_each_recorded_window_has_a_line_for_each_seed_and_language():
    recorded = load_recorded("luong_local")
    assert recorded["measured"].keys() == {"ja", "zh"}
    for kinds in recorded["measured"].values():
        assert list(kinds) == ["global", "local-m 4", "local-p 2", "local-p 4"]
        for lines in kinds.values():
            assert len(lines) == len(recorded["seeds"]) == 3
            assert all(len(line["exact_match"]) == 10 for line in lines)
            assert all(0 < line["error_rate"] < 1 for line in lines)


def test_the_recorded_pooling_says_where_it_comes_from_and_how_long_texts_were():
    recorded = load_recorded("documents_pooling")
    for key in ("seeds", "data", "device", "machine", "versions", "date", "what"):
        assert recorded[key], key
    assert [*recorded["found"]] == recorded["data"]
    for found in recorded["found"].values():
        assert found["lengths"] == sorted(found["lengths"])
        assert found["pools"].keys() == {"last", "mean", "max", "attention"}
        for runs in found["pools"].values():
            assert len(runs) == len(recorded["seeds"])
            for run in runs:
                assert all(0.4 < share <= 1 for share in (run["right"], *run["thirds"]))
                assert abs(sum(run["thirds"]) / 3 - run["right"]) < 0.01


def test_the_model_by_hand_was_recorded_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/from_scratch.py again."""
    recorded = load_recorded("from_scratch")
    vocab = Sizes(vocab=0)
    assert f"embed={vocab.embed}, hidden={vocab.hidden}" in recorded["sizes"]
    assert recorded["settings"] == str(NumpySettings())
    assert [len(found["exact_match"]) for found in recorded["learned"]] == [3] * len(
        recorded["seeds"]
    )
    for key in ("machine", "versions", "date", "what", "data"):
        assert recorded[key], key
    for turns in recorded["in_turns"].values():
        assert len(turns) >= 5 and all(
            seconds > 0 for turn in turns for seconds in turn
        )


def test_the_recorded_documents_have_a_line_of_four_epochs_for_each_seed():
    recorded = load_recorded("documents_han")
    for key in ("seeds", "data", "machine", "versions", "date", "what", "settings"):
        assert recorded[key], key
    assert recorded["found"].keys() == {"imdb-2k", "chnsenticorp-htl"}
    for found in recorded["found"].values():
        assert found["kinds"].keys() == {"HN-AVE", "HN-MAX", "HN-ATT"}
        for lines in found["kinds"].values():
            assert [len(line["right"]) for line in lines] == [4, 4, 4]
            for line in lines:
                assert all(0 <= share <= 1 for share in line["right"])
                assert 0 < line["fair"] < 1

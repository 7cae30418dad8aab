"""Recorded results, and that they belong to the code of today."""

import pytest
from attnbook.data.dates import DateSettings
from attnbook.numpy.attention_seq2seq import Sizes
from attnbook.numpy.training import TrainSettings as NumpySettings
from attnbook.recorded import load_recorded
from attnbook.torch.date_reader import ReaderSettings
from attnbook.torch.training import TrainSettings


def test_the_recorded_dates_say_where_they_come_from():
    recorded = load_recorded("dates")
    for key in ("seeds", "machine", "versions", "date", "what"):
        assert recorded[key], key


def test_the_recorded_dates_were_made_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/dates.py again."""
    recorded = load_recorded("dates")
    assert recorded["corpus"]["settings"] == str(DateSettings())
    assert recorded["reader"] == str(ReaderSettings())
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

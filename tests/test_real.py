"""Loaders of the real sets, on lines of our own and, where they are, on the sets."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from attnbook.data import fetch as fetch_module
from attnbook.data import real
from attnbook.data.fetch import FOLDER, DataFile, DataSet

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_sets = pytest.mark.skipif(
    not SHARED.is_dir(), reason="no real sets beside the checkout"
)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Write files of a set, so that the loaders take them for the real ones."""
    monkeypatch.setenv(FOLDER, str(tmp_path))

    def write(name, **files):
        listed = []
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
            listed.append(DataFile(file, hashlib.sha256(content).hexdigest()))
        sets = {name: DataSet(name, "", "", "", tuple(listed))}
        monkeypatch.setattr(fetch_module, "real_sets", lambda: sets)

    return write


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setenv(FOLDER, str(SHARED))


def test_tatoeba_has_a_mark_at_its_start_a_credit_and_a_blank_line(folder):
    lines = "\ufeffHi.\t嗨。\tCC-BY\nRun.\t跑。\tCC-BY\n\n"
    folder("tatoeba-cmn-hans", **{"cmn.txt": lines.encode()})
    pairs = [real.SentencePair("Hi.", "嗨。"), real.SentencePair("Run.", "跑。")]
    assert real.load_tatoeba("zh") == pairs


def test_tanaka_pairs_two_files_by_line(folder):
    files = {"dev.en": b"a b\nc\n", "dev.ja": "あ い\nう\n".encode()}
    folder("tanaka-enja", **files)
    assert real.load_tanaka("dev")[1] == real.SentencePair("c", "う")


def test_files_of_different_lengths_are_an_error(folder):
    folder("tanaka-enja", **{"dev.en": b"a\nb\n", "dev.ja": b"a\n"})
    with pytest.raises(ValueError, match="shorter"):
        real.load_tanaka("dev")


def test_mr_has_its_label_in_the_name_of_the_file(folder):
    files = {"rt-polarity.pos": b"fine . \n", "rt-polarity.neg": b"poor . \n"}
    folder("mr", **files)
    assert real.load_mr() == [real.Labelled("fine .", 1), real.Labelled("poor .", 0)]


def test_sst_has_its_label_in_front(folder):
    folder("sst", **{"stsa.fine.dev": b"4 very fine .\n", "stsa.binary.dev": b"1 a\n"})
    assert real.load_sst("dev", fine=True) == [real.Labelled("very fine .", 4)]
    assert real.load_sst("dev") == [real.Labelled("a", 1)]


def test_reviews_may_hold_quotes_commas_lines_and_nothing(folder):
    content = 'label,review\r\n1,"好,""很""好\r\n再来"\r\n0,\r\n'
    folder("chnsenticorp-htl", **{"ChnSentiCorp_htl_all.csv": content.encode()})
    reviews = [real.Labelled('好,"很"好\r\n再来', 1), real.Labelled("", 0)]
    assert real.load_reviews("zh") == reviews


def test_trec_has_two_labels_and_is_not_utf8(folder):
    folder("trec", **{"TREC.test": b"LOC:city Which city is \xf0 ?\n"})
    asked = real.Question("Which city is \xf0 ?", "LOC", "city")
    assert real.load_trec("test") == [asked]


def test_dates_keep_their_blanks_and_the_mark_of_the_answer(folder):
    content = b"2/10/93                      _1993-02-10\n"
    folder("dls2", **{"date.txt": content})
    assert real.load_dates() == [("2/10/93".ljust(29), "_1993-02-10")]


def test_alignments_count_from_zero_and_links_behind_the_end_are_dropped():
    pair = real.parse_aligned("a b ||| c d e", "1-2 2p3 2-9")
    assert pair.source == ("a", "b") and pair.target == ("c", "d", "e")
    assert pair.sure == {(0, 1)}
    assert pair.possible == {(0, 1), (1, 2)}


def test_word_pairs_are_read_in_the_shape_of_each_language(folder):
    content = "word1,word2,mean(remove_extreme_annotator),mean\n文献,本,6,5.8\n"
    folder("wordsim", **{"ja-score_noun.csv": content.encode()})
    assert real.load_word_pairs("ja") == [real.WordPair("文献", "本", 5.8)]


def test_comments_and_blanks_in_word_pairs_are_left_out(folder):
    content = b"# one\n# two\nlove\t sex\t6.77\r\n"
    folder("wordsim", **{"en-wordsim353.tsv": content})
    assert real.load_word_pairs("en") == [real.WordPair("love", "sex", 6.77)]


@pytest.mark.parametrize(
    ("load", "wrong"),
    [
        (real.load_tatoeba, "fr"),
        (real.load_tanaka, "valid"),
        (real.load_sst, "valid"),
        (real.load_reviews, "ja"),
        (real.load_trec, "dev"),
        (real.load_alignments, "enja"),
        (real.load_word_pairs, "fr"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(load, wrong):
    with pytest.raises(ValueError, match=rf"must be one of \[.*\], got '{wrong}'"):
        load(wrong)


@needs_sets
def test_the_sets_have_as_many_texts_as_their_makers_say(shared):
    assert len(real.load_tatoeba("ja")) == 42_649
    assert len(real.load_tatoeba("zh")) == 29_155
    assert [len(real.load_tanaka(p)) for p in real.PARTS] == [50_000, 500, 500]
    assert Counter(each.label for each in real.load_mr()) == {1: 5331, 0: 5331}
    assert [len(real.load_sst(p)) for p in real.PARTS] == [6920, 872, 1821]
    fine = [len(real.load_sst(p, fine=True)) for p in real.PARTS]
    assert fine == [8544, 1101, 2210]
    assert Counter(r.label for r in real.load_reviews("en")) == {1: 1000, 0: 1000}
    assert Counter(r.label for r in real.load_reviews("zh")) == {1: 5322, 0: 2444}
    assert [len(real.load_trec(p)) for p in ("train", "test")] == [5452, 500]
    assert [len(real.load_word_pairs(name)) for name in real.SIMILARITY] == [
        *(353, 1103, 297)
    ]


@needs_sets
def test_the_alignments_have_as_many_links_as_their_makers_say(shared):
    counts = {}
    for name in ("jaen", "zhen", "enfr"):
        pairs = real.load_alignments(name)
        sure = sum(len(pair.sure) for pair in pairs)
        counts[name] = len(pairs), sure, sum(len(p.possible) for p in pairs) - sure
    assert counts == {
        "jaen": (582, 13_562 - 6, 0),  # six point behind the end
        "zhen": (450, 11_238, 178),
        "enfr": (447, 4_038, 13_400),
    }


@needs_sets
def test_trec_has_six_coarse_classes_and_sst_five_labels(shared):
    coarse = Counter(each.coarse for each in real.load_trec("train"))
    assert coarse == dict(ENTY=1250, HUM=1223, DESC=1162, NUM=896, LOC=835, ABBR=86)
    assert {each.label for each in real.load_sst("dev", fine=True)} == set(range(5))

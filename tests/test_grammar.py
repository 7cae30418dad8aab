"""The grammar: words in tables, endings, and one meaning said three times."""

import pytest
from attnbook.data.grammar.conjugation import stems, verb_tokens
from attnbook.data.grammar.draw import Draw
from attnbook.data.grammar.kinds import KINDS
from attnbook.data.grammar.lexicon import load_lexicon
from attnbook.data.grammar.meaning import Action, Meaning, State, Thing
from attnbook.data.sentences import say

LEXICON = load_lexicon()


def noun(name):
    return next(each for each in LEXICON.nouns if each.en == name)


def verb(name, after=""):
    found = (v for v in LEXICON.verbs if v.forms[0] == name and v.after == after)
    return next(found)


def adjective(name):
    return next(each for each in LEXICON.adjectives if each.en == name)


def time(name):
    return next(each for each in LEXICON.times if each.en == name)


def texts(meaning):
    trio = say(meaning)
    return trio.en.text, trio.ja.text, trio.zh.text


TOM, MARY = Thing(noun("Tom"), ""), Thing(noun("Mary"), "")
BOOK = Thing(noun("book"))


def test_a_transitive_clause_has_its_verb_last_in_japanese():
    two = Thing(noun("book"), "two", plural=True, adjective=adjective("old"))
    park = Thing(noun("park"))
    action = Action(verb("read"), TOM, two, place=park, time=time("yesterday"))
    assert texts(Meaning((action,))) == (
        "Tom read two old books in the park yesterday.",
        "トムさんは昨日、公園で古い本を二冊読みました。",
        "汤姆昨天在公园里读了两本旧书。",
    )


def test_the_time_comes_first_in_all_languages_if_it_is_put_in_front():
    action = Action(verb("laugh"), TOM, time=time("last week"))
    assert texts(Meaning((action,), front=True)) == (
        "Last week, Tom laughed.",
        "先週、トムさんは笑いました。",
        "上周汤姆笑了。",
    )


def test_a_negation_takes_do_in_english_and_no_le_in_chinese():
    action = Action(verb("buy"), TOM, Thing(noun("umbrella"), "a"), negated=True)
    assert texts(Meaning((action,))) == (
        "Tom did not buy an umbrella.",
        "トムさんは傘を買いませんでした。",
        "汤姆没有买伞。",
    )


@pytest.mark.parametrize(
    ("tense", "expected"),
    [
        ("future", ("I will sleep.", "私は寝ます。", "我会睡觉。")),
        ("habit", ("I sleep.", "私は寝ます。", "我睡觉。")),
        ("now", ("I am sleeping.", "私は寝ています。", "我正在睡觉。")),
        ("was", ("I was sleeping.", "私は寝ていました。", "我正在睡觉。")),
    ],
)
def test_tenses_are_said_with_endings_auxiliaries_or_adverbs(tense, expected):
    action = Action(verb("sleep"), Thing(noun("I"), ""), tense=tense)
    assert texts(Meaning((action,))) == expected


def test_an_english_verb_agrees_with_its_subject():
    they, child = Thing(noun("they"), ""), Thing(noun("child"), plural=True)
    for subject, start in ((TOM, "Tom runs"), (they, "They run")):
        assert texts(Meaning((Action(verb("run"), subject, tense="habit"),)))[0] == (
            f"{start}."
        )
    state = State(child, adjective("young"), tense="now")
    assert texts(Meaning((state,)))[0] == "The children are young."


def test_a_known_thing_that_is_changed_stands_behind_ba():
    action = Action(verb("break"), TOM, Thing(noun("cup")))
    assert texts(Meaning((action,))) == (
        "Tom broke the cup.",
        "トムさんはカップを割りました。",
        "汤姆把那个杯子打碎了。",
    )


def test_a_passive_turns_the_roles_round_in_all_languages():
    action = Action(verb("praise"), Thing(noun("teacher")), MARY, passive=True)
    assert texts(Meaning((action,))) == (
        "Mary was praised by the teacher.",
        "メアリーさんは先生に褒められました。",
        "玛丽被老师表扬了。",
    )


def test_giving_has_two_orders_in_english_and_in_chinese():
    one = Action(verb("give"), TOM, Thing(noun("map"), "a"), recipient=MARY)
    assert texts(Meaning((one,))) == (
        "Tom gave Mary a map.",
        "トムさんはメアリーさんに地図をあげました。",
        "汤姆给了玛丽一张地图。",
    )
    other = Action(verb("give"), TOM, Thing(noun("map")), recipient=MARY)
    assert texts(Meaning((other,)))[::2] == (
        "Tom gave the map to Mary.",
        "汤姆把那张地图给了玛丽。",
    )


def test_a_relative_clause_follows_in_english_and_precedes_elsewhere():
    read = Thing(noun("book"), clause=Action(verb("read"), MARY, None))
    assert texts(Meaning((Action(verb("buy"), TOM, read),))) == (
        "Tom bought the book that Mary read.",
        "トムさんはメアリーさんが読んだ本を買いました。",
        "汤姆买了玛丽读的那本书。",
    )
    who = Thing(noun("student"), clause=Action(verb("read"), None, BOOK))
    assert texts(Meaning((Action(verb("cry"), who),))) == (
        "The student who read the book cried.",
        "本を読んだ学生は泣きました。",
        "读那本书的学生哭了。",
    )


def test_a_reason_follows_in_english_and_precedes_elsewhere():
    bath = State(Thing(noun("bath")), adjective("clean"), negated=True)
    main = Action(verb("complain"), Thing(noun("guest"), plural=True))
    assert texts(Meaning((main, bath), "because")) == (
        "The guests complained because the bath was not clean.",
        "お風呂が清潔ではなかったので、客たちは文句を言いました。",
        "因为浴室不干净，所以客人们抱怨了。",
    )


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("but", ("The room was dark, but", "部屋は暗かったですが、", "房间很暗，但是")),
        ("and", ("The room was dark, and", "部屋は暗かったですし、", "房间很暗，而且")),
        (
            "although",
            ("Although the room was dark,", "部屋が暗かったのに、", "虽然房间很暗，"),
        ),
    ],
)
def test_contrast_and_addition_keep_the_order_of_the_clauses(link, expected):
    room = State(Thing(noun("room")), adjective("dark"))
    view = State(Thing(noun("view")), adjective("beautiful"), "very")
    for text, start in zip(texts(Meaning((room, view), link)), expected, strict=True):
        assert text.startswith(start)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("when", ("when Tom came.", "トムさんが来た時、", "汤姆来的时候，")),
        ("before", ("before Tom came.", "トムさんが来る前に、", "汤姆来之前，")),
        ("after", ("after Tom came.", "トムさんが来た後で、", "汤姆来之后，")),
    ],
)
def test_a_clause_of_time_follows_in_english_and_precedes_elsewhere(link, expected):
    main, event = Action(verb("laugh"), MARY), Action(verb("come"), TOM)
    english, japanese, chinese = texts(Meaning((main, event), link))
    assert english.endswith(expected[0])
    assert japanese.startswith(expected[1])
    assert chinese.startswith(expected[2])


def test_a_question_is_marked_in_front_or_at_the_end():
    action = Action(verb("read"), TOM, BOOK)
    assert texts(Meaning((action,), question=True)) == (
        "Did Tom read the book?",
        "トムさんは本を読みましたか。",
        "汤姆读了那本书吗？",
    )


def test_degrees_weaken_under_a_negation_in_their_own_words():
    soup, good = Thing(noun("service")), adjective("good")
    assert texts(Meaning((State(soup, good, "really"),)))[1:] == (
        "サービスは本当に良かったです。",
        "服务真的很好。",
    )
    assert texts(Meaning((State(soup, good, "very", negated=True),))) == (
        "The service was not very good.",
        "サービスはあまり良くなかったです。",
        "服务不太好。",
    )


def test_one_english_word_is_two_chinese_words_where_chinese_tells_them_apart():
    adjectives = [each for each in LEXICON.adjectives if each.en == "delicious"]
    assert {each.zh for each in adjectives} == {"好吃", "好喝"}
    (drink,) = (each for each in adjectives if "drink" in each.classes)
    assert drink.zh == "好喝"


def test_japanese_stems_follow_the_school_grammar():
    assert stems("読む", "5") == ("読み", "読ま", "読ん", "だ")
    assert stems("行く", "5") == ("行き", "行か", "行っ", "た")
    assert stems("買う", "5") == ("買い", "買わ", "買っ", "た")
    assert stems("泳ぐ", "5") == ("泳ぎ", "泳が", "泳い", "だ")
    assert stems("食べる", "1") == ("食べ", "食べ", "食べ", "た")
    assert stems("来る", "k")[0] == "来"


def test_japanese_endings_are_cut_into_short_units():
    tokens = verb_tokens(verb("read"), "0", "past", True, polite=True)
    assert [each.text for each in tokens] == ["読み", "ませ", "ん", "でし", "た"]
    assert [each.pos for each in tokens] == ["VERB", "AUX", "AUX", "AUX", "AUX"]
    passive = verb_tokens(verb("invite"), "0", "past", False, True, turned=True)
    assert [each.text for each in passive] == ["招待", "さ", "れ", "まし", "た"]


def test_every_word_of_the_tables_is_written_in_all_languages():
    for each in (*LEXICON.nouns, *LEXICON.adjectives):
        assert each.en and each.ja and each.zh and each.classes, each
    for each in LEXICON.nouns:
        if each.plural:
            assert each.counter and each.classifier, each
    for each in LEXICON.verbs:
        assert len(each.forms) == 5 and each.ja and each.zh and each.subjects, each
        assert each.group in ("5", "1", "s", "k"), each
        assert bool(each.objects) == bool(each.particle), each


def test_no_two_rows_are_the_same_meaning_and_no_class_is_misspelt():
    rows = [(each.en, each.zh) for each in (*LEXICON.nouns, *LEXICON.adjectives)]
    assert len(rows) == len(set(rows))
    known = set().union(*(each.classes for each in LEXICON.nouns))
    for each in LEXICON.verbs:
        assert each.subjects | each.objects | each.places <= known, each
    marks = {"attributive", "extreme", "affirmed"}
    for each in LEXICON.adjectives:
        assert each.classes - marks <= known, each
        assert each.classes & known, each


def test_each_kind_draws_meanings_of_its_kind(rng):
    draw = Draw(LEXICON, rng)
    own = set(KINDS) - {"liking", "question"}
    for name in own:
        for _ in range(30):
            assert KINDS[name](draw).kind == name
    for _ in range(30):
        assert KINDS["liking"](draw).opinions
        assert KINDS["question"](draw).question


def test_drawing_from_nothing_is_an_error(rng):
    with pytest.raises(ValueError, match="nothing in the lexicon fits"):
        Draw(LEXICON, rng).one([])

"""The generated corpus of dates."""

import re
from collections import Counter
from datetime import date

import numpy as np
import pytest
from attnbook.data.dates import DateSettings, date_patterns, make_dates, write_date
from babel import Locale
from babel.dates import parse_pattern

SMALL = DateSettings(train=900, held_out=300)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@pytest.fixture(scope="module")
def corpus():
    return make_dates(DateSettings(), np.random.default_rng(0))


def read_by_rules(source):
    """Read a date with regular expressions that know the three rules and no more."""
    year = re.search(r"\d{4}", source).group()
    rest = source.replace(year, "", 1).lower()
    numbers = [int(number) for number in re.findall(r"\d+", rest)]
    words = re.findall(r"[a-z]+", rest)
    named = [MONTHS.index(w[:3]) + 1 for w in words if w[:3] in MONTHS]
    month, day = (named + numbers)[:2]  # in figures alone, the month comes first
    return f"{year}-{month:02}-{day:02}"


def test_there_are_more_than_twenty_thousand_pairs_and_no_source_twice(corpus):
    sources = [pair.source for side in corpus for pair in side]
    assert len(sources) >= 20_000
    assert len(set(sources)) == len(sources)


def test_no_day_and_no_source_is_on_both_sides(corpus):
    train, held_out = corpus
    assert len(held_out) == DateSettings().held_out
    assert not {p.source for p in train} & {p.source for p in held_out}
    assert not {p.answer for p in train} & {p.answer for p in held_out}


def test_every_answer_follows_from_its_source_alone(corpus):
    for side in corpus:
        assert len(side) > 0
        for pair in side:
            assert read_by_rules(pair.source) == pair.answer, pair
            assert date(1950, 1, 1) <= date.fromisoformat(pair.answer)
            assert date.fromisoformat(pair.answer) <= date(2049, 12, 31)


def test_the_weekday_if_there_is_one_is_the_right_one(corpus):
    english = "mon tue wed thu fri sat sun".split()
    orders = {"ja": "月火水木金土日", "zh": "一二三四五六日"}
    shapes = {"ja": r"(.)曜日$|\((.)\)$", "zh": r"(?:星期|周)(.)$"}
    seen = Counter()
    for pair in corpus[0]:
        weekday = date.fromisoformat(pair.answer).weekday()
        if pair.language == "en":
            words = [word[:3] for word in re.findall("[a-z]+", pair.source.lower())]
            found = [english.index(word) for word in words if word in english]
        else:
            match = re.search(shapes[pair.language], pair.source)
            signs = [sign for sign in match.groups() if sign] if match else []
            found = [orders[pair.language].index(sign) for sign in signs]
        if found:
            assert found == [weekday], pair
            seen[pair.language] += 1
    assert min(seen[language] for language in ("en", "ja", "zh")) > 2000


def test_all_three_languages_and_each_of_their_patterns_are_used(corpus):
    languages = Counter(pair.language for pair in corpus[0])
    assert set(languages) == {"en", "ja", "zh"}
    assert min(languages.values()) > 5000
    assert [len(date_patterns(name)) for name in ("en", "ja", "zh")] == [11, 7, 5]
    shapes = Counter(re.sub(r"\d", "9", pair.source).lower() for pair in corpus[0])
    assert len(shapes) > 100


def test_no_pattern_has_a_short_year_or_a_british_order_in_figures():
    for language in ("en", "ja", "zh"):
        texts = [pattern.pattern for _, pattern in date_patterns(language)]
        assert len(texts) == len(set(texts)) > 0
        assert not [text for text in texts if "yy" in text or "G" in text]
    assert "dd/MM/y" not in [p.pattern for _, p in date_patterns("en")]


def test_a_date_is_written_as_the_locale_says():
    day = date(2024, 5, 3)
    english, japanese = Locale.parse("en_US"), Locale.parse("ja_JP")
    full = parse_pattern("EEEE, MMMM d, y")
    assert write_date(day, english, full, "") == "Friday, May 3, 2024"
    assert write_date(day, english, full, "upper") == "FRIDAY, MAY 3, 2024"
    assert write_date(day, japanese, parse_pattern("y年M月d日(E)"), "") == (
        "2024年5月3日(金)"
    )


def test_the_same_seed_gives_the_same_corpus_and_another_seed_another(corpus):
    one = make_dates(SMALL, np.random.default_rng(5))
    again = make_dates(SMALL, np.random.default_rng(5))
    other = make_dates(SMALL, np.random.default_rng(6))
    assert one == again
    assert one != other


def test_an_unknown_language_and_too_many_pairs_are_refused(rng):
    with pytest.raises(ValueError, match="language must be one of"):
        make_dates(DateSettings(languages=("fr",)), rng)
    few_days = DateSettings(first=date(2024, 1, 1), last=date(2024, 1, 9))
    with pytest.raises(ValueError, match="too many"):
        make_dates(few_days, rng)

"""Dates as people write them in English, Japanese and Chinese, with their ISO form.

The ways to write come from Babel's copy of Unicode's locale data (CLDR). Every source
string has one answer, because three rules take away what could be read in two ways:

- The year has four digits.
- An English date in figures alone puts the month first (5/3/2024 is 3 May). British
  formats are used only where the month is a word.
- Calendars with other eras (such as 令和6年) are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from babel import Locale
from babel.dates import DateTimePattern, parse_pattern

LENGTHS = ("medium", "long", "full")
SKELETONS = ("yMd", "yMEd", "yMMMd", "yMMMEd", "yMEEEEd", "yMMMMEEEEd", "yMMMEEEEd")
LOCALES = {"en": ("en_US", "en_GB"), "ja": ("ja_JP",), "zh": ("zh_Hans_CN",)}


@dataclass(frozen=True)
class DateSettings:
    """How many dates to write, and which."""

    train: int = 18_000  # pairs to learn from
    held_out: int = 3_000  # pairs to be tested on, of days that training never sees
    first: date = date(1950, 1, 1)  # the earliest day
    last: date = date(2049, 12, 31)  # the latest day
    languages: tuple[str, ...] = ("en", "ja", "zh")


@dataclass(frozen=True)
class DatePair:
    """A date as a person wrote it, and what it means."""

    source: str  # such as "Friday, May 3, 2024"
    answer: str  # such as "2024-05-03"
    language: str  # such as "en"


def make_dates(
    settings: DateSettings, rng: np.random.Generator
) -> tuple[list[DatePair], list[DatePair]]:
    """Write the pairs to learn from and the pairs to be tested on.

    All sources differ. The days are shared out first, so no day, and with it no source
    string, is on both sides, not even written in another way.
    """
    count = (settings.last - settings.first).days + 1
    days = [settings.first + timedelta(days=int(day)) for day in rng.permutation(count)]
    share = settings.held_out / (settings.train + settings.held_out)
    cut = round(count * share)
    return (
        _write(days[cut:], settings.train, settings.languages, rng),
        _write(days[:cut], settings.held_out, settings.languages, rng),
    )


def date_patterns(language: str) -> list[tuple[Locale, DateTimePattern]]:
    """The different ways to write a whole date in a language, in a fixed order."""
    if language not in LOCALES:
        raise ValueError(f"language must be one of {sorted(LOCALES)}, got {language!r}")
    found = {}
    for locale in map(Locale.parse, LOCALES[language]):
        for text in _pattern_texts(locale):
            month_is_a_word = "MMM" in text
            if "yy" not in text and (month_is_a_word or locale.territory != "GB"):
                found.setdefault(text, (locale, parse_pattern(text)))
    return list(found.values())


def write_date(day: date, locale: Locale, pattern: DateTimePattern, case: str) -> str:
    """Write a day in one of the `date_patterns`; case is "", "lower" or "upper"."""
    text = pattern.apply(day, locale)
    return getattr(text, case)() if case else text


def _pattern_texts(locale: Locale) -> list[str]:
    lengths = [locale.date_formats[length].pattern for length in LENGTHS]
    skeletons = locale.datetime_skeletons
    return lengths + [skeletons[key].pattern for key in SKELETONS if key in skeletons]


def _write(
    days: Sequence[date], count: int, languages: Sequence[str], rng: np.random.Generator
) -> list[DatePair]:
    """Draw language, pattern, case and day until there are `count` sources."""
    patterns = {language: date_patterns(language) for language in languages}
    room = len(days) * sum(map(len, patterns.values()))
    if count > room // 2:
        raise ValueError(f"{count} pairs are too many for {len(days)} days, use fewer")
    pairs = {}
    while len(pairs) < count:
        language = languages[rng.integers(len(languages))]
        locale, pattern = patterns[language][rng.integers(len(patterns[language]))]
        case = ("", "lower", "upper")[rng.integers(3)]
        day = days[rng.integers(len(days))]
        source = write_date(day, locale, pattern, case)
        pairs.setdefault(source, DatePair(source, day.isoformat(), language))
    return list(pairs.values())

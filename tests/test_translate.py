"""The translator: what a message is, and where its translation goes."""

import polib
import pytest

from autograder.author import translate

TEXT = """---
kernelspec: {name: python3}
---

# Scores

(sec-dot)=
Weights of $h_t$ sum
to one, see {eq}`eq-dot`.

$$ a = b $$ (eq-dot)

- first
  > quoted
  > twice

| letter | meaning |
| --- | --- |
| $B$ | sentences |

```{note} Mind this
:class: tip
The **axis** of length one.
```

```{figure} images/a.svg
:alt: A bright diagonal.

What it shows.
```

```{code-cell} ipython3
:tags: [torch]
print("not a message")
```

+++ {"tags": ["hint:scores:scaled"]}

Divide by nothing.
"""
MESSAGES = [
    "Scores",
    "Weights of $h_t$ sum to one, see {eq}`eq-dot`.",
    "first",
    "quoted twice",
    "letter",
    "meaning",
    "sentences",
    "Mind this",
    "The **axis** of length one.",
    "A bright diagonal.",
    "What it shows.",
    "Divide by nothing.",
]


def test_messages_are_all_text_and_never_code():
    assert translate.extract(TEXT) == MESSAGES


def test_a_message_is_listed_once():
    assert translate.extract("Again.\n\nAgain.\n") == ["Again."]


def test_every_message_is_replaced_and_nothing_else_changes():
    result = translate.translate(TEXT, {m: f"«{m}»" for m in MESSAGES})
    assert translate.extract(result) == [f"«{m}»" for m in MESSAGES]
    assert "  > «quoted twice»\n\n|" in result
    assert "```{note} «Mind this»\n:class: tip\n" in result
    assert ":alt: «A bright diagonal.»" in result
    assert "| $B$ | «sentences» |" in result
    assert 'print("not a message")' in result and "$$ a = b $$ (eq-dot)" in result


def test_what_has_no_translation_stays_english():
    assert translate.translate(TEXT, {}) == TEXT
    assert translate.translate("# One\n\nTwo.\n", {"Two.": "二。"}) == "# One\n\n二。\n"


def test_equal_cells_of_a_row_are_told_apart():
    table = "| one | one |\n| --- | --- |\n| one | two |\n"
    result = translate.translate(table, {"one": "一つ", "two": "one"})
    assert result == "| 一つ | 一つ |\n| --- | --- |\n| 一つ | one |\n"


def test_a_bar_in_a_table_stays_escaped():
    table = "| p(a\\|b) here |\n| --- |\n| cell |\n"
    result = translate.translate(table, {"p(a|b) here": "ここに p(a|b)"})
    assert result.startswith("| ここに p(a\\|b) |")


@pytest.mark.parametrize(
    "message",
    ["$B$", "`dot`", "3.5", "{value}`exact:.1%`", "{eq}`eq-dot`", "H", "$a$, `b`"],
)
def test_formulas_code_and_numbers_need_no_translation(message):
    assert not translate.has_words(message)


@pytest.mark.parametrize(
    "message", ["batch", "{term}`weights <weight>`", "$B$ rows", "重み", "is 2"]
)
def test_words_need_a_translation(message):
    assert translate.has_words(message)


def test_missing_names_what_a_catalogue_lacks():
    assert translate.missing("# One\n\nTwo.\n", {"One": "一"}) == ["Two."]


def test_a_catalogue_gives_only_what_is_translated_and_not_fuzzy(tmp_path):
    folder = tmp_path / "zh_CN" / "LC_MESSAGES" / "exercises"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="One", msgstr="一"))
    catalogue.append(polib.POEntry(msgid="Two", msgstr="二", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Three", msgstr=""))
    catalogue.save(str(folder / "toy.po"))
    assert translate.messages("zh", "exercises/toy", tmp_path) == {"One": "一"}
    assert translate.messages("en", "exercises/toy", tmp_path) == {}
    assert translate.messages("ja", "exercises/toy", tmp_path) == {}


def test_an_unknown_language_is_an_error():
    with pytest.raises(KeyError):
        translate.messages("fr", "autograder")

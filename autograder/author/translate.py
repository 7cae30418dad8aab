"""Translates MyST Markdown with gettext messages, as Sphinx does with pages.

A message is a paragraph, a heading, a list item, a table cell, a directive's title or a
picture's alternative text, in one line. Code is never a message.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import polib
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

LOCALE = Path(__file__).resolve().parents[2] / "book" / "locale"
CODES = {"ja": "ja", "zh": "zh_CN"}  # our folders and tags, and gettext's names
LANGUAGES = ("en", *CODES)
# Directives whose body is text; the first word after some of them is text, too.
TITLED = ("admonition", "dropdown", "table", "list-table", "tab-item", "card")
PROSE = (
    *TITLED,
    *("attention", "caution", "danger", "error", "hint", "important", "note"),
    *("seealso", "tip", "warning", "figure", "margin", "sidebar", "topic"),
    *("tab-set", "grid", "grid-item", "grid-item-card", "epigraph", "rubric"),
)
WORDLESS = re.compile(
    r"\{(?:value|eq|ref|numref|cite(?::\w+)?)\}`[^`]*`"  # roles without our words
    r"|\{\w[\w:-]*\}(?=`)"  # the other roles' names
    r"|(?<!\})(`+).*?\1"
    r"|\$[^$]*\$"
    r"|\]\([^)]*\)|<[^ >]*>"  # where links lead
)


class Piece(NamedTuple):
    """A message and where it stands in the text."""

    start: int
    end: int
    message: str


def extract(markdown: str) -> list[str]:
    """Return the messages of a text that need a translation, each once, in order."""
    found = dict.fromkeys(piece.message for piece in pieces(markdown))
    return [message for message in found if has_words(message)]


def translate(markdown: str, messages: Mapping[str, str]) -> str:
    """Put translations in place of messages; what has none stays English."""
    for piece in sorted(pieces(markdown), reverse=True):
        new = messages.get(piece.message)
        if new:
            if r"\|" in markdown[piece.start : piece.end]:  # a table's cell
                new = new.replace("|", r"\|")
            markdown = markdown[: piece.start] + new + markdown[piece.end :]
    return markdown


def missing(markdown: str, messages: Mapping[str, str]) -> list[str]:
    """Return the messages of a text that have no translation."""
    return [message for message in extract(markdown) if not messages.get(message)]


def messages(language: str, domain: str, locale: Path = LOCALE) -> dict[str, str]:
    """Read a catalogue, as {English: translation}; English itself has none.

    Args:
        language: "en", "ja" or "zh".
        domain: a page's name, "autograder", or "exercises/" and an exercise's id.
        locale: the folder of the catalogues.
    """
    if language == "en":
        return {}
    path = locale / CODES[language] / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return {}
    entries = polib.pofile(str(path), encoding="utf-8").translated_entries()
    return {entry.msgid: entry.msgstr for entry in entries}


def has_words(message: str) -> bool:
    """Tell whether a message has words, and not just formulas, code and numbers."""
    return bool(re.search(r"[^\W\d_]{2}", WORDLESS.sub("", message)))


@lru_cache(1)
def parser() -> MarkdownIt:
    """Return a parser for the Markdown that pages are written in."""
    reader = MarkdownIt("commonmark").enable("table")
    reader.use(front_matter_plugin).use(myst_block_plugin).use(myst_role_plugin)
    reader.use(colon_fence_plugin).use(deflist_plugin).use(amsmath_plugin)
    return reader.use(dollarmath_plugin, allow_labels=True)


def pieces(markdown: str) -> list[Piece]:
    """Find all messages of a text."""
    lines = markdown.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    return list(_pieces(markdown, 0, lines, starts))


def _pieces(text: str, base: int, lines: list[str], starts: list[int]) -> Iterator:
    """Walk through `text`, which begins in the line `base` of all `lines`."""
    row, column = -1, 0  # how far we are in a table's row
    for token in parser().parse(text):
        if token.map is None:
            continue
        first = base + token.map[0]
        if token.type == "inline" and token.content.strip():
            if first != row:
                row, column = first, 0
            place = _place(token.content, first, column, lines, starts)
            column = place.end - starts[first]
            yield place
        elif token.type in ("fence", "colon_fence"):
            yield from _directive(token, first, lines, starts)


def _place(
    content: str, first: int, column: int, lines: list[str], starts: list[int]
) -> Piece:
    """Locate the text of a block, whose lines may have a prefix (`> `, `- `)."""
    inner = content.split("\n")
    last = first + len(inner) - 1
    head, tail = inner[0].strip(), inner[-1].strip()
    if lines[first].find(head, column) < 0:
        head = tail = head.replace("|", r"\|")  # a table's cell
    start = starts[first] + lines[first].index(head, column)
    at = lines[last].index(tail, column if last == first else 0)
    return Piece(start, starts[last] + at + len(tail), content.replace("\n", " "))


def _directive(
    token: Token, first: int, lines: list[str], starts: list[int]
) -> Iterator[Piece]:
    match = re.match(r"\{([\w:-]+)\} *(.*)", token.info.strip())
    if not match or match[1] not in PROSE:
        return
    name, title = match[1], match[2].strip()
    if title and name not in ("figure", "tab-set", "grid", "margin", "sidebar"):
        yield _place(title, first, 0, lines, starts)
    body = token.content.split("\n")
    skip = 0
    while skip < len(body) and re.match(r":[\w-]+:", body[skip]):
        alt = re.match(r":alt: *(.+)", body[skip])
        if alt:
            yield _place(alt[1].strip(), first + 1 + skip, 0, lines, starts)
        skip += 1
    yield from _pieces("\n".join(body[skip:]), first + 1 + skip, lines, starts)

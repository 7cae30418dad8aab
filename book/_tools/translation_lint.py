"""Find what is wrong with translations: in the catalogues and on the built pages."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
from bs4 import BeautifulSoup
from markdown_it.token import Token

from _tools import catalogues
from autograder.author import translate

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SLOT = re.compile(r"\{[a-z_]+\}")
ROLE = re.compile(r"(.*?)<([^<>]*)>$", re.S)
UNTOUCHED = ("pre", "code", "script", "style", "annotation", "span.math", "div.math")


def catalogue_problems(root: Path, templates: Path) -> list[str]:
    """Compare every catalogue with the English text; one line for each problem."""
    found = []
    for domain, messages in catalogues.english(root, templates).items():
        for code in catalogues.CODES:
            path = catalogues.path_of(root, code, domain)
            place = path.relative_to(root).as_posix()
            entries = {entry.msgid: entry for entry in catalogues.read(path)}
            for message in messages:
                entry = entries.get(message)
                line = entry.linenum if entry else 1
                for problem in entry_problems(message, entry, domain == "autograder"):
                    found.append(f"{place}:{line}: {problem}: {shortened(message)}")
    return found


def shortened(message: str) -> str:
    return message if len(message) < 70 else f"{message[:67]}..."


def entry_problems(
    message: str, entry: polib.POEntry | None, plain: bool = False
) -> list[str]:
    """Check one translation.

    Args:
        message: the English text.
        entry: its entry in the catalogue, if there is one.
        plain: whether the text is a template with {slots}, not Markdown.
    """
    if entry is None:
        return ["not in the catalogue (run: python book/build.py translations)"]
    if not entry.msgstr:
        return ["not translated"]
    if entry.fuzzy:
        return ["fuzzy: the English has changed"]
    if plain:
        slots, kept = (Counter(SLOT.findall(t)) for t in (message, entry.msgstr))
        return [] if slots == kept else ["slots differ"]
    return list(markdown_problems(message, entry.msgstr))


def markdown_problems(english: str, other: str) -> Iterator[str]:
    """Name what a Markdown translation loses."""
    blocks = translate.parser().parse(other)
    kinds = [token.type for token in blocks]
    if kinds != ["paragraph_open", "inline", "paragraph_close"]:
        yield f"ignored, since it reads as {kinds[0] if kinds else 'nothing'}"
        return
    wanted, kept = anatomy(english), anatomy(other)
    for part in ("role", "link", "formula", "code"):
        if wanted[part] != kept[part]:
            lost = ", ".join((wanted[part] - kept[part]).elements())
            added = ", ".join((kept[part] - wanted[part]).elements())
            change = "; ".join(
                f"{verb} {what}"
                for verb, what in (("lost", lost), ("added", added))
                if what
            )
            yield f"{part} {change}"
    lost = wanted["number"] - kept["number"]
    if lost:
        yield f"number lost {', '.join(lost.elements())}"
    if kept["stars"]:
        yield "literal asterisks: put the marks inside the brackets, 「**…**」"


def anatomy(text: str) -> dict[str, Counter]:
    """Count what a translation has to keep."""
    found = {
        name: Counter()
        for name in ("role", "link", "formula", "code", "number", "stars")
    }
    for block in translate.parser().parse(text):
        for token in block.children or ():
            count_token(token, found)
    return found


def count_token(token: Token, found: dict[str, Counter]) -> None:
    if token.type == "myst_role":
        target = ROLE.match(token.content)
        name = token.meta["name"]
        found["role"][f"{{{name}}} {target[2] if target else token.content}"] += 1
    elif token.type == "link_open":
        found["link"][token.attrs["href"]] += 1
    elif token.type == "image":
        found["link"][token.attrs["src"]] += 1
    elif token.type.startswith("math_inline"):
        found["formula"][token.content.strip()] += 1
    elif token.type == "code_inline":
        found["code"][token.content] += 1
    elif token.type == "text":
        plain = token.content.translate(str.maketrans("0123456789", "0123456789"))
        found["number"].update(n.replace(",", "") for n in NUMBER.findall(plain))
        if "**" in token.content:
            found["stars"]["**"] += 1


def page_problems(site: Path, folder: str) -> list[str]:
    """Read an edition's built pages for what a parser let through.

    Args:
        site: the built site.
        folder: the edition's folder in it.
    """
    found = []
    for path in sorted((site / folder).rglob("*.html")):
        if "_static" in path.parts:  # the theme's templates
            continue
        place = path.relative_to(site).as_posix()
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        found += [f"{place}: {problem}" for problem in dead_links(page, path, site)]
        article = page.select_one("article")
        if article is None:
            continue
        for part in article.select(", ".join(UNTOUCHED)):
            part.decompose()
        for text in article.find_all(string=re.compile(r"\*\*|\{[\w:-]+\}`")):
            found.append(f"{place}: literal markup: {shortened(text.strip())}")
    return found


def dead_links(page: BeautifulSoup, path: Path, site: Path) -> Iterator[str]:
    """Name links, pictures, scripts and styles of the site that are not there."""
    for name in ("href", "src"):
        for tag in page.find_all(attrs={name: True}):
            target = tag[name].split("#")[0].split("?")[0]
            if not target or re.match(r"[a-z]+:|//", target):
                continue
            if not (path.parent / target).exists():
                yield f"{name} leads nowhere: {target}"

"""Keep the translators' catalogues (book/locale) in step with the English text.

Pages come through Sphinx's gettext builder, exercises from solutions/, and the words
of the check and the feedback from autograder. Entries stand in the order of the text,
without line numbers and dates: the same text gives the same file.
"""

import difflib
from pathlib import Path

import polib

from autograder.author import translate

CODES = tuple(translate.CODES.values())
CLOSE = 0.6  # how alike an old English text must be for its translation to be offered


def english(root: Path, templates: Path) -> dict[str, list[str]]:
    """Return the messages to translate, by domain.

    Args:
        root: the repository.
        templates: what Sphinx's gettext builder wrote (.pot files).
    """
    found = {}
    for path in sorted(templates.rglob("*.pot")):
        domain = path.relative_to(templates).with_suffix("").as_posix()
        if domain != "sphinx":  # the theme's own words
            found[domain] = [entry.msgid for entry in polib.pofile(str(path))]
    for path in sorted(root.glob("solutions/*/*.md")):
        text = path.read_text("utf-8")
        found[f"exercises/{path.stem}"] = translate.extract(text)
    found["autograder"] = grader_words()
    wordy = {
        name: [m for m in dict.fromkeys(messages) if translate.has_words(m)]
        for name, messages in found.items()
    }
    return {name: messages for name, messages in wordy.items() if messages}


def grader_words() -> list[str]:
    """Return the sentences of the check and of the feedback."""
    from autograder.check import messages
    from autograder.grade import words

    return [*messages.WORDS.values(), *words.WORDS.values()]


def path_of(root: Path, code: str, domain: str) -> Path:
    return root / "book" / "locale" / code / "LC_MESSAGES" / f"{domain}.po"


def update(root: Path, templates: Path) -> list[str]:
    """Bring all catalogues up to date and return a line on the state of each."""
    wanted = english(root, templates)
    report = []
    for code in CODES:
        folder = path_of(root, code, "x").parent
        for path in sorted(folder.rglob("*.po")):
            domain = path.relative_to(folder).with_suffix("").as_posix()
            if domain not in wanted:
                path.unlink()
                report.append(f"{code} {domain}: removed, the text is gone")
        for domain, messages in wanted.items():
            path = path_of(root, code, domain)
            catalogue = merged(messages, read(path), code)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{catalogue}\n".rstrip("\n") + "\n", "utf-8")
            report.append(f"{code} {domain}: {state(catalogue)}")
    return report


def read(path: Path) -> list[polib.POEntry]:
    return list(polib.pofile(str(path), encoding="utf-8")) if path.is_file() else []


def merged(messages: list[str], old: list[polib.POEntry], code: str) -> polib.POFile:
    """Make a catalogue of the messages from what is translated already.

    A changed message takes the translation of the old one that is most like it, marked
    fuzzy: a translator has to look at it.
    """
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    known = {entry.msgid: entry for entry in old if not entry.obsolete}
    orphans = {m: e for m, e in known.items() if m not in messages and e.msgstr}
    for message in messages:
        entry = known.get(message)
        if entry is None or not entry.msgstr:
            entry = polib.POEntry(msgid=message)
            close = difflib.get_close_matches(message, orphans, 1, CLOSE)
            if close:
                entry.msgstr = orphans.pop(close[0]).msgstr
                entry.flags, entry.previous_msgid = ["fuzzy"], close[0]
        catalogue.append(entry)
    return catalogue


def state(catalogue: polib.POFile) -> str:
    """Say how far a catalogue is."""
    fuzzy = sum(entry.fuzzy for entry in catalogue)
    empty = sum(not entry.msgstr for entry in catalogue)
    return f"{len(catalogue)} messages, {empty} to translate, {fuzzy} to look at again"

"""Make the notebooks that pages offer for download, in each language."""

import json
import re
from pathlib import Path

import nbformat
from myst_nb.core.variables import format_plain_text

from autograder.author import translate

REFERENCE = re.compile(r"\{([\w:-]+)\}`([^`]*)`")
LABEL = re.compile(r"^\(([\w-]+)\)= *\n", re.M)
HEADING = re.compile(r"^\(([\w-]+)\)= *\n#+ *(.+)$", re.M)
BOX = re.compile(r"^(`{3,}|:{3,})\{(\w[\w-]*)\} *(.*)\n((?::\w+:.*\n)*)", re.M)
PAGE = re.compile(r"(?<!!)\[([^\]]+)\]\([\w/-]+\.md(?:#[\w-]+)?\)")


def write_all(executed: Path, site: Path, language: str) -> int:
    """Write <site>/<language>/notebooks/<page>.ipynb for each page that ran code.

    Args:
        executed: MyST-NB's notebooks of this edition, in English.
        site: the built site.
        language: the edition's folder: "en", "ja" or "zh".
    """
    paths = sorted(executed.rglob("*.ipynb"))
    for path in paths:
        page = path.relative_to(executed).with_suffix("").as_posix()
        glue = path.with_suffix(".glue.json")
        values = json.loads(glue.read_text("utf-8")) if glue.is_file() else {}
        book = nbformat.read(path, as_version=4)
        finish(book, translate.messages(language, page), values)
        target = site / language / "notebooks" / f"{page}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(book, target)
    return len(paths)


def finish(book: nbformat.NotebookNode, messages: dict[str, str], values: dict) -> None:
    """Translate a notebook and turn what only Sphinx knows into plain Markdown."""
    texts = [cell for cell in book.cells if cell.cell_type == "markdown"]
    for cell in texts:
        cell.source = translate.translate(cell.source, messages)
    headings = dict(HEADING.findall("\n".join(cell.source for cell in texts)))
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, values, headings)
        else:
            cell.outputs = [output for output in cell.outputs if not glued(output)]


def glued(output: nbformat.NotebookNode) -> bool:
    """Tell whether an output only carries a value to the text of the page."""
    names = output.get("data", {})
    return bool(names) and all(name.startswith("application/paper") for name in names)


def plain(text: str, values: dict, headings: dict[str, str]) -> str:
    """Replace roles, labels, links between pages and boxes by ordinary Markdown."""

    def referred(match: re.Match) -> str:
        role, inside = match.groups()
        shown, _, target = inside.rstrip(">").partition(" <")
        if role == "value":
            name, _, form = inside.rpartition("::")[2].partition(":")
            data = values.get(name, {}).get("data", {}).get("text/plain")
            return inside if data is None else format_plain_text(data, form or "s")
        if role.startswith("cite"):
            return f"[{inside}]"
        if role == "eq":
            return f"({inside})"
        return shown if target else headings.get(shown, shown)

    text = BOX.sub(r"\1{\2} \3\n", LABEL.sub("", text))
    text = re.sub(r"^(`{3,})\{exercise-downloads\}.*\n\1\n?", "", text, flags=re.M)
    return PAGE.sub(r"\1", REFERENCE.sub(referred, text))

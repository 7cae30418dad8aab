"""Make the notebooks that pages offer for download, in each language."""

import json
import re
from copy import deepcopy
from pathlib import Path

import nbformat
from myst_nb.core.variables import format_plain_text

from autograder.author import translate

from . import standalone

REFERENCE = re.compile(r"\{([\w:-]+)\}`([^`]*)`")
LABEL = re.compile(r"^\(([\w-]+)\)= *\n", re.M)
HEADING = re.compile(r"^\(([\w-]+)\)= *\n#+ *(.+)$", re.M)
BOX = re.compile(r"^(`{3,}|:{3,})\{(\w[\w-]*)\} *(.*)\n((?::\w+:.*\n)*)", re.M)
PAGE = re.compile(r"(?<!!)\[([^\]]+)\]\([\w/-]+\.md(?:#[\w-]+)?\)")


def write_all(executed: Path, site: Path, edition: dict) -> int:
    """Write <site>/<language>/notebooks/<page>.ipynb for each page that ran code.

    If the page leaves a choice, <page>-<framework>.ipynb come beside it, with NumPy and
    one framework alone.

    Args:
        executed: MyST-NB's notebooks of this edition, in English.
        site: the built site.
        edition: a language's entry in _config.yml.
    """
    paths = sorted(executed.rglob("*.ipynb"))
    language = edition["folder"]
    for path in paths:
        page = path.relative_to(executed).with_suffix("").as_posix()
        glue = path.with_suffix(".glue.json")
        values = json.loads(glue.read_text("utf-8")) if glue.is_file() else {}
        book = nbformat.read(path, as_version=4)
        finish(book, translate.messages(language, page), values)
        target = site / language / "notebooks" / f"{page}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        for framework in standalone.FRAMEWORKS if standalone.has_choice(book) else ():
            part = deepcopy(book)
            standalone.only(part, framework, edition["run"]["as_text"])
            write(part, target.with_stem(f"{target.stem}-{framework}"))
        write(book, target)
    return len(paths)


def write(book: nbformat.NotebookNode, target: Path) -> None:
    """Write a notebook that brings with it what it imports from the book."""
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    library = standalone.library_cell(code)
    if library is not None:
        book.cells.insert(book.cells.index(code[0]), library)
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(book, target)


def finish(book: nbformat.NotebookNode, messages: dict[str, str], values: dict) -> None:
    """Translate a notebook and turn what only Sphinx knows into plain Markdown."""
    texts = [cell for cell in book.cells if cell.cell_type == "markdown"]
    for cell in texts:
        cell.source = translate.translate(cell.source, messages)
    book.cells = [cell for cell in book.cells if not only_glues(cell)]
    headings = dict(HEADING.findall("\n".join(cell.source for cell in texts)))
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, values, headings)
        else:
            cell.outputs = [output for output in cell.outputs if not unwanted(output)]


def only_glues(cell: nbformat.NotebookNode) -> bool:
    """Tell whether a cell is there for the page's text: it is hidden, and glues."""
    hidden = "remove-cell" in cell.metadata.get("tags", ())
    return hidden and "glue(" in cell.source


def unwanted(output: nbformat.NotebookNode) -> bool:
    """Tell whether an output is chatter, or only carries a value to the page's text."""
    names = output.get("data", {})
    return (
        output.get("name") == "stderr"
        or bool(names)
        and all(name.startswith("application/paper") for name in names)
    )


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

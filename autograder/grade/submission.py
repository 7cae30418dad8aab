"""Reads a submitted notebook, whatever it holds, as a notebook that is valid.

Only what grading needs is kept: the text of the cells, their place, and which cell of
the exercise each one says it is.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.grade.words import LANGUAGES

SIZE_LIMIT = 50_000_000  # bytes of a notebook
CELL_LIMIT = 5_000
_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class Unreadable(ValueError):
    """A notebook that cannot be graded: what was seen, what to do."""


def read(path: Path) -> NotebookNode:
    """Read and clean a submitted notebook.

    Raises:
        Unreadable: it is not there, too large, not a notebook, or beside a link.
    """
    _refuse_links(path.parent)
    if not path.is_file():
        raise Unreadable("there is no such notebook. Ask for it to be sent again.")
    if path.stat().st_size > SIZE_LIMIT:
        raise Unreadable(
            f"{path.stat().st_size:,} bytes are more than {SIZE_LIMIT:,}. Ask for the "
            "notebook without its outputs."
        )
    content = path.read_bytes()
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        text = str(error).splitlines()[0]
        raise Unreadable(
            f"not JSON ({text}), {len(content):,} bytes. Was the upload cut off? Ask "
            "for it to be sent again."
        ) from error
    return clean(_as_version_4(notebook))


def _refuse_links(folder: Path) -> None:
    """Refuse links, pipes and devices.

    nbgrader copies what they name, for the student: the gradebook, for example.
    """
    found = [Path(top, name) for top, _, names in os.walk(folder) for name in names]
    found += [Path(top, name) for top, names, _ in os.walk(folder) for name in names]
    for path in (folder, *found):
        if path.is_symlink() or path.exists() and not (path.is_dir() or path.is_file()):
            raise Unreadable(f"{path.name} is a link or a device. Ask for plain files.")


def clean(notebook: Mapping) -> NotebookNode:
    """Rebuild a notebook of format 4 from the parts that are what they should be.

    Raises:
        Unreadable: it has no cells, or too many.
    """
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("it has no list of cells. Is it a notebook?")
    if len(cells) > CELL_LIMIT:
        raise Unreadable(f"{len(cells):,} cells are more than {CELL_LIMIT:,}.")
    kept = [cell for cell in cells if isinstance(cell, Mapping)]
    metadata = {
        "attnbook": _names(_table(notebook, "metadata")),
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    rebuilt = [_cell(number, cell) for number, cell in enumerate(kept)]
    return new_notebook(cells=rebuilt, metadata=metadata)


def grade_id(cell: Mapping) -> str:
    """Return the id that a cell says it has, or ""."""
    name = _table(_table(cell, "metadata"), "nbgrader").get("grade_id")
    return name if isinstance(name, str) else ""


def _as_version_4(notebook) -> Mapping:
    if not isinstance(notebook, Mapping):
        raise Unreadable("the JSON is not a table. Is it a notebook?")
    if notebook.get("nbformat") == 4:
        return notebook
    try:
        return nbformat.convert(nbformat.from_dict(notebook), 4)
    except Exception as error:
        version = str(notebook.get("nbformat"))[:20]
        raise Unreadable(
            f"nbformat {version} cannot be read. Ask for the notebook saved by a "
            "current Jupyter."
        ) from error


def _cell(number: int, cell: Mapping) -> NotebookNode:
    kind = cell.get("cell_type")
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    source = source.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    name = grade_id(cell)
    metadata = {"nbgrader": {"grade_id": name}} if name else {}
    new = _NEW[kind if isinstance(kind, str) and kind in _NEW else "raw"]
    return new(source, id=f"cell-{number}", metadata=metadata)


def _names(metadata: Mapping) -> dict[str, str]:
    """Keep what the notebook says of its language and framework, if it is possible."""
    said = _table(metadata, "attnbook")
    language, framework = said.get("language"), said.get("framework")
    return {
        "language": language if language in LANGUAGES else LANGUAGES[0],
        "framework": framework if framework in ("torch", "keras") else "",
    }


def _table(mapping: Mapping, key: str) -> Mapping:
    table = mapping.get(key)
    return table if isinstance(table, Mapping) else {}

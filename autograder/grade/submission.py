"""Reads a submitted notebook, whatever it holds, as a notebook that is valid.

Only what grading needs is kept: the text of the cells, their place, and which cell of
the exercise each one says it is.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from autograder.author.translate import LANGUAGES
from autograder.check.cases import STUDENT_FRAMEWORKS
from autograder.grade.files import (
    Unreadable,
    plain_content,
    refuse_linked_folder,
    refuse_links_beside,
)

APART = 20_000_000  # bytes; a larger one is read in a process of its own
MEMORY_LIMIT = 3_000_000_000  # bytes of address space for that process
READ_TIMEOUT = 120.0  # seconds for that process
TEXT_LIMIT = 500_000  # characters in the cells of a notebook, without outputs
CELL_LIMIT = 5_000
KINDS = ("code", "markdown", "raw")


def read(path: Path) -> NotebookNode:
    """Read and clean a submitted notebook.

    No link is followed: neither the notebook, nor its folder, nor anything else in
    there may be one. Most of a large notebook is output, which nobody needs; it is
    parsed in a process of its own, whose memory is limited.

    Raises:
        Unreadable: it is not there, no plain file, too large, or not a notebook.
    """
    refuse_linked_folder(path.parent)
    content = plain_content(path)
    refuse_links_beside(path.parent)
    return parse(content) if len(content) <= APART else _parse_apart(content)


def parse(content: bytes) -> NotebookNode:
    """Make a clean notebook of a file's bytes.

    Raises:
        Unreadable: they are none.
    """
    try:
        notebook = json.loads(_decode(content), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        text = str(error).splitlines()[0]
        raise Unreadable(
            f"not JSON ({text}), {len(content):,} bytes. Was the upload cut off? Ask "
            "for it to be sent again."
        ) from error
    return clean(_as_version_4(notebook))


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
    size = sum(len(cell.source) for cell in rebuilt)
    if size > TEXT_LIMIT:
        raise Unreadable(
            f"{size:,} characters in its cells are more than {TEXT_LIMIT:,}. Ask for a "
            "notebook that holds the answers alone."
        )
    return new_notebook(cells=rebuilt, metadata=metadata)


def grade_id(cell: Mapping) -> str:
    """Return the id that a cell says it has, or ""."""
    name = _table(_table(cell, "metadata"), "nbgrader").get("grade_id")
    return name if isinstance(name, str) else ""


def _parse_apart(content: bytes) -> NotebookNode:
    """Parse in another process: hostile JSON may take 20 times its size."""
    command = [sys.executable, "-I", "-m", __name__, str(MEMORY_LIMIT)]
    try:
        ran = subprocess.run(
            command, input=content, capture_output=True, timeout=READ_TIMEOUT
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"reading it took more than {READ_TIMEOUT:g} s.") from error
    if ran.returncode == 2:
        said = ran.stderr.decode("utf-8", "replace").splitlines()
        raise Unreadable(said[-1])
    if ran.returncode:
        raise Unreadable(
            f"{len(content):,} bytes that cannot be read in {MEMORY_LIMIT:,} bytes of "
            "memory. Ask for the notebook without its outputs."
        )
    return nbformat.from_dict(json.loads(ran.stdout))


def main() -> int:
    """Parse a notebook from stdin in limited memory; the other end of the above."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        notebook = parse(sys.stdin.buffer.read())
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(notebook))
    return 0


def _decode(content: bytes) -> str:
    """Decode as JSON's rules say; what does not fit becomes a sign that says so.

    All that makes JSON is ASCII, so that a wrong encoding spoils names and comments.
    """
    encoding = json.detect_encoding(content)
    return content.decode(encoding, "replace")


def _integer(digits: str) -> int:
    """Read an integer; one that is far too long for any use is 0."""
    return int(digits) if len(digits) < 100 else 0


def _as_version_4(notebook) -> Mapping:
    if not isinstance(notebook, Mapping):
        raise Unreadable("the JSON is not a table. Is it a notebook?")
    if notebook.get("nbformat") == 4:
        return notebook
    try:
        return nbformat.convert(nbformat.from_dict(notebook), 4)
    except Exception as error:
        version = ascii(notebook.get("nbformat"))[:20]
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
    kind = kind if isinstance(kind, str) and kind in KINDS else "raw"
    return new_cell(kind, source, f"cell-{number}", metadata)


def new_cell(kind: str, source: str, name: str, metadata: Mapping) -> NotebookNode:
    """Make a valid cell; nbformat's own functions validate each one, which is slow."""
    cell = {"cell_type": kind, "id": name, "metadata": metadata, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return nbformat.from_dict(cell)


def _names(metadata: Mapping) -> dict[str, str]:
    """Keep what the notebook says of its language and framework, if it is possible."""
    said = _table(metadata, "attnbook")
    language, framework = said.get("language"), said.get("framework")
    return {
        "language": language if language in LANGUAGES else LANGUAGES[0],
        "framework": framework if framework in STUDENT_FRAMEWORKS else "",
    }


def _table(mapping: Mapping, key: str) -> Mapping:
    table = mapping.get(key)
    return table if isinstance(table, Mapping) else {}


if __name__ == "__main__":
    sys.exit(main())

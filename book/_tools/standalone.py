"""Make a downloaded notebook run without the book, and with one framework alone."""

import ast
import base64
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat

BOOK = Path(__file__).resolve().parents[1]
# Who has one framework alone must be able to run every cell; NumPy is always there.
FRAMEWORKS = {"torch": {"torch"}, "keras": {"keras", "tensorflow"}}
DATA = ("*.json", "*.csv", "*.toml")  # what lies beside the book's modules
LIBRARY = "course-library"  # the tag of the cell that brings the book's modules

UNPACK = '''\
# @title What later cells import from the book
# If the book's package is installed, this cell does nothing. Otherwise it writes these
# modules into a temporary folder, and imports find them there.
_LIBRARY = {{
{files}
}}


def _unpack(library):
    """Make the modules importable."""
    import importlib.util
    import sys
    import tempfile
    from pathlib import Path

    if importlib.util.find_spec("attnbook") is None:
        folder = Path(tempfile.mkdtemp(prefix="attnbook-"))
        for name, text in library.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        sys.path.insert(0, str(folder))


_unpack(_LIBRARY)'''


def imported(code: str) -> Iterator[str]:
    """Yield the modules that code imports; ``from a import b`` may mean a and a.b."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def module_file(module: str) -> Path | None:
    """Return where a module of the book is written, or None if it is not the book's."""
    path = BOOK.joinpath(*module.split("."))
    if module.split(".")[0] != "attnbook":
        return None
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.is_file():
            return file
    return None


def closure(code: str) -> tuple[set[Path], set[str]]:
    """Follow the imports of some code.

    Returns:
        The files of the book that it needs, and the packages from elsewhere.
    """
    files, packages, waiting = set(), set(), [*imported(code)]
    while waiting:
        module = waiting.pop()
        file = module_file(module)
        if module.split(".")[0] != "attnbook":
            packages.add(module.split(".")[0])
        elif file is not None and file not in files:
            files.add(file)
            waiting += imported(file.read_text("utf-8"))
            waiting.append(module.rpartition(".")[0] or module)  # its package
    return files, packages


def library_cell(cells: list[nbformat.NotebookNode]) -> nbformat.NotebookNode | None:
    """Write the cell that brings what some code cells import from the book."""
    files, _ = closure("\n".join(cell.source for cell in cells))
    folders = {file.parent for file in files}
    data = {path for kind in DATA for folder in folders for path in folder.glob(kind)}
    if not files:
        return None
    texts = [
        f"    {path.relative_to(BOOK).as_posix()!r}: {quoted(path.read_text('utf-8'))},"
        for path in sorted(files | data)
    ]
    cell = nbformat.v4.new_code_cell(UNPACK.format(files="\n".join(texts)))
    cell.metadata = {
        "tags": ["remove-cell", LIBRARY],
        "jupyter": {"source_hidden": True},
        "cellView": "form",
    }
    return cell


def quoted(text: str) -> str:
    """Write a text as a Python string that people can read, if that is possible."""
    readable = f"r'''{text}'''"
    try:
        return readable if ast.literal_eval(readable) == text else repr(text)
    except SyntaxError:
        return repr(text)


def has_choice(book: nbformat.NotebookNode) -> bool:
    """Tell whether some of a notebook's cells belong to one framework."""
    tags = (tag for cell in book.cells for tag in cell.metadata.get("tags", ()))
    return not FRAMEWORKS.keys().isdisjoint(tags)


def only(book: nbformat.NotebookNode, framework: str, note: str) -> None:
    """Leave NumPy and one framework in a notebook.

    Cells of the others go. A cell that needs one of them, or what such a cell defines,
    becomes text: the note, the code, and the outputs that it had.

    Args:
        book: the notebook, changed in place.
        framework: "torch" or "keras".
        note: a sentence that says why the code is text; {framework} is left out.
    """
    foreign = set().union(*(n for key, n in FRAMEWORKS.items() if key != framework))
    known, lost, cells = set(), set(), []
    for cell in book.cells:
        if cell.cell_type != "code":
            cells.append(cell)
            continue
        tags = set(cell.metadata.get("tags", ()))
        defined, read = names(cell.source)
        if tags & (FRAMEWORKS.keys() - {framework}):
            lost |= defined - known
            continue
        _, packages = closure(cell.source)
        if packages & foreign or read & lost:
            lost |= defined
            if "remove-cell" not in tags:
                cells.append(as_text(cell, note))
        else:
            known |= defined
            lost -= defined
            cells.append(cell)
    book.cells = cells


def names(code: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell defines, and those that it needs from others."""
    defined, read = set(), set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            aliases = ((name.asname or name.name).split(".")[0] for name in node.names)
            defined.update(aliases)
    return defined, read - defined


def as_text(cell: nbformat.NotebookNode, note: str) -> nbformat.NotebookNode:
    """Turn a code cell and its outputs into a Markdown cell that shows them."""
    parts, attachments = [f"*{note}*", f"```python\n{cell.source}\n```"], {}
    for output in cell.outputs:
        data = output.get("data", {})
        text = output.get("text") or data.get("text/plain", "")
        for kind in ("image/svg+xml", "image/png"):
            if kind in data:
                name = f"output-{len(attachments)}.{kind[6:9]}"
                attachments[name] = {kind: encoded(kind, data[kind])}
                alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
                parts.append(f"![{alt}](attachment:{name})")
                break
        else:
            parts.append(f"```text\n{text.rstrip()}\n```")
    new = nbformat.v4.new_markdown_cell("\n\n".join(parts))
    if attachments:
        new["attachments"] = attachments
    return new


def encoded(kind: str, data: str) -> str:
    """Return picture data in base64, as attachments want it; PNG comes so already."""
    return base64.b64encode(data.encode()).decode() if "svg" in kind else data

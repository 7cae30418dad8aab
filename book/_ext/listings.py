"""Put listings into pages.

A code cell that contains the line ``# listing: torch/luong_global.py#dot_score`` gets
that object's source in place of the line, before anything else reads the page. So what
is shown, run, cached and downloaded are the lines of the file that is tested.
"""

import ast
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

LISTINGS = Path(__file__).resolve().parents[1] / "attnbook"
MARKER = re.compile(r"^# listing: *([\w./-]+?)(?:#([\w,]+))? *$")
FENCE = re.compile(r"^(`{3,}|~{3,})(.*)$")


def expand(text: str, folder: Path = LISTINGS) -> tuple[str, set[Path]]:
    """Replace every listing line in the code cells of a page.

    Args:
        text: a page in MyST Markdown.
        folder: where the listings' paths start.

    Returns:
        The page with the code, and the files that it came from.

    Raises:
        ValueError: a file or a name does not exist; the message begins with the line.
    """
    lines, used, fence, in_cell = [], set(), None, False
    for number, line in enumerate(text.split("\n"), 1):
        mark = FENCE.match(line)
        if fence is None and mark:
            fence, in_cell = mark[1], mark[2].startswith("{code-cell}")
        elif mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = None
        found = MARKER.match(line) if fence and in_cell else None
        if not found:
            lines.append(line)
            continue
        path = folder / found[1]
        try:
            lines.append(source(path, (found[2] or "").split(",")))
        except (OSError, LookupError) as error:
            raise ValueError(f"{number}: listing {found[1]}: {error}") from error
        used.add(path)
    return "\n".join(lines), used


def source(path: Path, names: list[str]) -> str:
    """Return a file's text, or the named objects of it in the order of the names."""
    text = path.read_text("utf-8")
    if names == [""]:
        return text.strip("\n")
    lines, found = text.split("\n"), {}
    for node in ast.parse(text).body:
        first = min([node.lineno, *(d.lineno for d in decorators(node))])
        block = "\n".join(lines[first - 1 : node.end_lineno])
        for name in defined(node):
            found.setdefault(name, []).append(block)
    missing = [name for name in names if name not in found]
    if missing:
        raise LookupError(f"no {', '.join(missing)} at the top level of {path.name}")
    return "\n\n\n".join("\n".join(found[name]) for name in names)


def decorators(node: ast.stmt) -> list[ast.expr]:
    return getattr(node, "decorator_list", [])


def defined(node: ast.stmt) -> list[str]:
    """Name what a statement defines; ``imports`` stands for all import statements."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return ["imports"]
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def expand_page(app: Sphinx, docname: str, content: list[str]) -> None:
    """Sphinx's ``source-read``: expand a page and remember the files for rebuilding."""
    try:
        content[0], used = expand(content[0])
    except ValueError as error:
        raise ExtensionError(f"{app.env.doc2path(docname)}:{error}") from error
    for path in used:
        app.env.note_dependency(str(path))


def setup(app: Sphinx) -> dict:
    app.connect("source-read", expand_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

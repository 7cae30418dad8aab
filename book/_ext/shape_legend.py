"""The letters of shapes, from the first table of the page notation, on every page."""

from collections.abc import Iterable

from docutils import nodes
from sphinx.application import Sphinx

SOURCE = "notation"


def rows(doctree: nodes.document) -> list[list[str]]:
    """Return the cells' text of a page's first table, the head left out."""
    table = next(doctree.findall(nodes.table), None)
    body = next(table.findall(nodes.tbody), None) if table is not None else None
    if body is None:
        raise LookupError(f"the page {SOURCE} has no table of letters")
    return [
        [cell.astext() for cell in row.findall(nodes.entry)]
        for row in body.findall(nodes.row)
    ]


def show(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Hand the letters to the template shape-legend.html."""
    if app.course_legend is None and SOURCE in app.env.all_docs:
        app.course_legend = rows(app.env.get_doctree(SOURCE))
    context["course_legend"] = app.course_legend


def outdated(
    app: Sphinx, env: object, added: set, changed: set, removed: set
) -> Iterable[str]:
    """Make every page anew if the letters have changed."""
    return app.env.found_docs if SOURCE in added | changed | removed else ()


def prepare(app: Sphinx) -> None:
    app.course_legend = None


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""What axe and Lighthouse find in the theme's pages, mended as pages are written."""

import re

from course_i18n import edition
from sphinx.application import Sphinx

REPAIRS = (
    # The button shows "Search Ctrl+K", so its name must not be "Search" alone.
    (r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"', r"\1"),
    # Roles for books, which browsers have given up, in lists that have no items.
    (r'(<div class="citation"[^>]*?) role="doc-biblioentry"', r"\1"),
    (r' role="list"( class="citation-list")', r"\1"),
    # A title for the print-out that is on the page already.
    (r'(id="jb-print-docs-body" class="onlyprint">)\s*<h1>.*?</h1>', r"\1"),
)
SIDEBAR = '<div id="pst-primary-sidebar"'


def repaired(page: str, sidebar: str) -> str:
    """Mend a page; `sidebar` is what the region with the book's contents is called."""
    for pattern, replacement in REPAIRS:
        page = re.sub(pattern, replacement, page)
    label = f'{SIDEBAR} role="navigation" aria-label="{sidebar}"'
    return page.replace(SIDEBAR, label, 1)


def repair(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    render = app.builder.templates.render
    sidebar = edition(app.config)["sidebar"]

    def mended(template: str, context: dict) -> str:
        return repaired(render(template, context), sidebar)

    app.builder.templates.render = mended


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", repair)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

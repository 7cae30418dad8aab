"""The directive ``{chapter-path}``: the plan of the book as a path one can walk along.

Its body is text: a paragraph names a part, and the list after it the part's chapters,
each as its id in code and its short name. A chapter that _toc.yml lists becomes a link;
the others are shown as planned. A chapter of _toc.yml that the plan lacks is added.
Order and parts are held against those of _toc.yml, whose captions name the parts.
"""

import re
from html import escape
from pathlib import Path

from course_i18n import edition
from docutils import nodes
from page_facts import reading_time
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

DRAWINGS = Path(__file__).with_name("stations.svg").read_text("utf-8")
SYMBOL = re.compile(r'<symbol id="(\w+)">\n(.*?)</symbol>', re.S)
GLYPHS = dict(SYMBOL.findall(DRAWINGS))
logger = logging.getLogger(__name__)


class chapter_path(nodes.General, nodes.Element):
    """Holds the plan until all pages have been read."""


class ChapterPath(SphinxDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        path = chapter_path()
        path.source, path.line = self.get_source_info()
        self.state.nested_parse(self.content, self.content_offset, path)
        return [path]


def plan(path: chapter_path) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the parts: the name of each, and its chapters as (id, short name)."""
    parts = []
    for child in path.children:
        if isinstance(child, nodes.bullet_list):
            for item in child.children:
                name = next(item.findall(nodes.literal)).astext()
                parts[-1][1].append((name, item.astext().removeprefix(name).strip()))
        else:
            parts.append((child.astext(), []))
    return parts


def with_new(
    parts: list[tuple[str, list[tuple[str, str]]]], chapters: dict[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Add the chapters that the plan lacks, each after the one before it.

    Args:
        parts: the plan.
        chapters: {id: title} of the chapters there are, in the order of the book.
    """
    before = None
    for name, title in chapters.items():
        if all(name != other for _, part in parts for other, _ in part):
            part = next((p for _, p in parts if before in dict(p)), parts[0][1])
            at = [other for other, _ in part].index(before) + 1 if before else 0
            part.insert(at, (name, title))
        before = name
    return parts


def out_of_order(
    parts: list[tuple[str, list[tuple[str, str]]]], chapters: dict[str, str]
) -> list[str]:
    """Return the chapters in the plan's order if it is not that of the book, or []."""
    planned = [name for _, part in parts for name, _ in part if name in chapters]
    return planned if planned != list(chapters) else []


def misplaced(
    parts: list[tuple[str, list[tuple[str, str]]]], captions: dict[str, str]
) -> list[str]:
    """Return the plan's chapters that the book has in a part of another name."""
    placed = [(title, name) for title, part in parts for name, _ in part]
    return [name for title, name in placed if captions.get(name, title) != title]


def captions_of(app: Sphinx) -> dict[str, str]:
    """Return {id: name of its part} of all pages, as _toc.yml has them."""
    trees = app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree)
    return {name: tree["caption"] for tree in trees for name in tree["includefiles"]}


def chapters_of(app: Sphinx) -> dict[str, str]:
    """Return {id: title} of the numbered pages, in the order of _toc.yml."""
    numbers = app.env.toc_secnumbers
    pages = app.env.toctree_includes.get(app.config.root_doc, ())
    names = [name for name in pages if numbers.get(name, {}).get("")]
    return {name: app.env.titles[name].astext() for name in names}


def draw(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Sphinx's ``doctree-resolved``: turn the plan into what is shown."""
    if app.builder.format != "html":
        return  # gettext reads the plan's words
    for path in list(doctree.findall(chapter_path)):
        chapters = chapters_of(app)
        parts = with_new(plan(path), chapters)
        wrong = out_of_order(parts, chapters)
        if wrong:
            logger.warning(
                "_toc.yml has the chapters in another order: %s", wrong, location=path
            )
        elsewhere = misplaced(parts, captions_of(app))
        if elsewhere:
            logger.warning(
                "_toc.yml has them in another part: %s", elsewhere, location=path
            )
        path.replace_self(nodes.raw("", html(app, docname, parts), format="html"))


def html(
    app: Sphinx, docname: str, parts: list[tuple[str, list[tuple[str, str]]]]
) -> str:
    """Write the path as lists, so that it reads well aloud and wraps on a phone."""
    lines = ['<div class="course-path">']
    for number, (title, chapters) in enumerate(parts, 1):
        name = f"course-part-{number}"
        lines.append(f'<p class="course-part" id="{name}">{escape(title)}</p>')
        lines.append(f'<ol aria-labelledby="{name}">')
        lines += [station(app, docname, *chapter) for chapter in chapters]
        lines.append("</ol>")
    return "\n".join([*lines, "</div>"])


def station(app: Sphinx, docname: str, name: str, label: str) -> str:
    """Write one station: a link if the chapter is there, else a plan."""
    there = name in app.env.all_docs
    note = reading_time(app, name) if there else edition(app.config)["planned"]
    inside = (
        '<svg viewBox="0 0 64 50" aria-hidden="true" focusable="false">'
        f"{GLYPHS.get(name, GLYPHS['chapter'])}</svg>"
        f'<span class="course-station-name">{escape(label)}</span>'
        f'<span class="course-station-note">{escape(note)}</span>'
    )
    if not there:
        return f'<li class="course-planned"><div>{inside}</div></li>'
    address = app.builder.get_relative_uri(docname, name)
    title = escape(app.env.titles[name].astext())
    return f'<li><a href="{address}" title="{title}">{inside}</a></li>'


def outdated(app: Sphinx, env: object, added: set, changed: set, removed: set) -> set:
    """Draw the path anew if any page has changed: its title and length may be new."""
    return {app.config.root_doc} if added or changed or removed else set()


def setup(app: Sphinx) -> dict:
    app.add_node(chapter_path)
    app.add_directive("chapter-path", ChapterPath)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-resolved", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

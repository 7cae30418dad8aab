"""The directive ``{translation-state}``: how far the translation of each page is.

Its body is a list of two words, the heads of the first columns: texts and their sizes.
A column for each language and the rows are added when the book is built.
"""

from collections.abc import Iterable
from pathlib import Path

from _tools import catalogues
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import extract_messages

from autograder.author import translate

ROOT = Path(__file__).resolve().parents[2]


class translation_state(nodes.General, nodes.Element):
    """Holds the table until all pages have been read."""


class TranslationState(SphinxDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        holder = translation_state()
        holder.source, holder.line = self.get_source_info()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return [holder]


class CollectMessages(SphinxTransform):
    """Note what there is to translate on a page, just before it is translated."""

    default_priority = 19

    def apply(self, **kwargs: object) -> None:
        known = self.env.metadata[self.env.docname]
        found = dict.fromkeys(
            message
            for node, message in extract_messages(self.document)
            if not isinstance(node.parent, nodes.field | nodes.field_body)
        )
        known["course_messages"] = [m for m in found if translate.has_words(m)]


def wanted(app: Sphinx) -> dict[str, list[str]]:
    """Return the messages of the pages, of the exercises and of the grader."""
    order = [app.config.root_doc, *app.env.toctree_includes[app.config.root_doc]]
    pages = {name: app.env.metadata[name]["course_messages"] for name in order}
    return pages | catalogues.english(ROOT, ROOT / "book" / "_no_templates")


def share(messages: list[str], path: Path) -> str:
    """Say how much of a text a catalogue has: in percent, and what it lacks."""
    done = {
        entry.msgid
        for entry in catalogues.read(path)
        if entry.msgstr and not entry.fuzzy
    }
    have = sum(message in done for message in messages)
    if have == len(messages):
        return "100 %"
    return f"{100 * have // len(messages)} % (−{len(messages) - have})"


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Sphinx's ``doctree-resolved``: make the table."""
    if app.builder.format != "html":
        return  # gettext reads the head's words
    for holder in list(doctree.findall(translation_state)):
        words = [item.astext() for item in holder.findall(nodes.list_item)]
        words += [entry["name"] for entry in app.config.course_languages[1:]]
        group = nodes.tgroup("", cols=len(words))
        group += [nodes.colspec(colwidth=1) for _ in words]
        group += nodes.thead("", row(map(nodes.Text, words)))
        group += nodes.tbody("", *rows(app, docname))
        holder.replace_self(nodes.table("", group, classes=["table"]))


def rows(app: Sphinx, docname: str) -> list[nodes.row]:
    """Make a row for each text: its name, its size, its state in each language."""
    found = []
    for domain, messages in wanted(app).items():
        states = [
            share(messages, catalogues.path_of(ROOT, code, domain))
            for code in catalogues.CODES
        ]
        words = map(nodes.Text, [str(len(messages)), *states])
        found.append(row([name_of(app, docname, domain), *words]))
    return found


def name_of(app: Sphinx, docname: str, domain: str) -> nodes.Node:
    if domain not in app.env.titles:
        return nodes.literal(domain, domain)
    address = app.builder.get_relative_uri(docname, domain)
    title = app.env.titles[domain].astext()
    return nodes.reference("", title, refuri=address, internal=True)


def row(cells: Iterable[nodes.Node]) -> nodes.row:
    entries = [nodes.entry("", nodes.paragraph("", "", inside)) for inside in cells]
    return nodes.row("", *entries)


def updated(app: Sphinx, env: object) -> list[str]:
    """Write the pages with such a table in every build: they depend on catalogues."""
    return [name for name, facts in env.metadata.items() if "course_state" in facts]


def mark(app: Sphinx, doctree: nodes.document) -> None:
    if next(doctree.findall(translation_state), None) is not None:
        app.env.metadata[app.env.docname]["course_state"] = True


def setup(app: Sphinx) -> dict:
    app.add_node(translation_state)
    app.add_directive("translation-state", TranslationState)
    app.add_transform(CollectMessages)
    app.connect("doctree-read", mark)
    app.connect("env-updated", updated)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

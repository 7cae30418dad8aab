"""What is said about a page: how long it takes to read, and what it is about.

Both are computed from the page's text in the language of the edition.
"""

import re

from course_i18n import edition
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
NOT_READ = (nodes.literal_block, nodes.math_block, nodes.raw, nodes.image)
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>\s*')
LENGTHS = {True: 80, False: 155}  # of a description: in Chinese characters or not


def prose(doctree: nodes.document) -> str:
    """Return the text of a page without code, formulas on their own and pictures."""
    return " ".join(
        text.astext()
        for text in doctree.findall(nodes.Text)
        if not any(isinstance(up, NOT_READ) for up in ancestors(text))
    )


def ancestors(node: nodes.Node):
    while node.parent is not None:
        node = node.parent
        yield node


def minutes(text: str, pace: float) -> int:
    """Estimate how long a text takes to read.

    Args:
        text: prose; each Chinese or Japanese character counts as much as a word.
        pace: words, or characters, in a minute.
    """
    letters = len(CJK.findall(text))
    words = len(WORD.findall(CJK.sub(" ", text)))
    return max(1, round((letters + words) / pace))


def description(doctree: nodes.document) -> str:
    """Return the beginning of a page, as long as a search engine shows it."""
    parts = []
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            parts.append(paragraph.astext().replace("\n", " "))
        if sum(map(len, parts)) > max(LENGTHS.values()):
            break
    text = " ".join(parts)
    return shortened(text, LENGTHS[bool(CJK.search(text))])


def shortened(text: str, length: int) -> str:
    """Cut a text after its last whole sentence, or else its last word, that fits."""
    if len(text) <= length:
        return text
    head = text[:length]
    ends = [m.end() for m in re.finditer(r"[。！？]|[.!?](?= )", head)]
    if ends and ends[-1] > length // 3:
        return head[: ends[-1]]
    stop = max(head.rfind(" "), head.rfind("、"), head.rfind("，"))
    return head[: stop if stop > length // 2 else length].rstrip("、，, ") + "…"


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Sphinx's ``doctree-read``, when the page has been translated."""
    pace = edition(app.config)["reading"]["pace"]
    facts = app.env.metadata[app.env.docname]
    facts["course_minutes"] = minutes(prose(doctree), pace)
    facts["course_description"] = description(doctree)


def reading_time(app: Sphinx, docname: str) -> str:
    """Say in the edition's language how long a page takes to read."""
    words = edition(app.config)["reading"]["text"]
    return words.format(minutes=app.env.metadata[docname]["course_minutes"])


def show(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Put the reading time under the title, and the rest into the page's head."""
    here = edition(app.config)
    facts = app.env.metadata.get(pagename, {})
    context["course_description"] = (
        facts.get("course_description") or here["description"]
    )
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))
    base = app.config.html_baseurl.removesuffix(f"{here['folder']}/")
    context["course_preview"] = f"{base}preview.png"
    if "course_minutes" in facts and isinstance(app.builder, StandaloneHTMLBuilder):
        line = reading_time(app, pagename)
        line = f'<p class="course-time" data-pagefind-ignore>{line}</p>'
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{line}", 1)
    for side in ("prev", "next"):
        name = neighbour(app, pagename, side)
        if name:
            context[f"course_{side}_time"] = reading_time(app, name)


def neighbour(app: Sphinx, pagename: str, side: str) -> str | None:
    """Return the page before or after a page, if there is one."""
    _, before, after = app.builder.relations.get(pagename, (None, None, None))
    name = before if side == "prev" else after
    return name if name in app.env.metadata else None


def setup(app: Sphinx) -> dict:
    app.connect("doctree-read", collect)
    app.connect("html-page-context", show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

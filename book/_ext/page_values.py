"""The role ``{value}`accuracy:.1%```: a number that a cell of the page has glued.

MyST-NB's own ``{glue:text}`` looks for the value while the page is parsed. A translated
paragraph is parsed later, when the values are gone; a reference that is resolved at the
end, as between two pages, works in every language.
"""

from docutils import nodes
from myst_nb.ext.glue.utils import create_pending_glue_ref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole


class ValueRole(SphinxRole):
    """Insert ``[page::]name[:format]``, formatted as Python does."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        page, _, rest = self.text.rpartition("::")
        name, _, form = rest.partition(":")
        page = f"/{page or self.env.docname}.md"
        source, line = self.get_source_info()
        reference = create_pending_glue_ref(
            self.inliner.document,
            source,
            line,
            page,
            name,
            inline=True,
            gtype="text",
            fmt_spec=form or "s",
        )
        return [reference], []


def setup(app: Sphinx) -> dict:
    app.add_role("value", ValueRole())
    return {"parallel_read_safe": True, "parallel_write_safe": True}

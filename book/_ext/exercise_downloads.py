"""The directive ``{exercise-downloads} <id>``: links to an exercise's archives.

book/_tools/archives.py writes the archives; there is one for each framework, in the
language of the page.
"""

from docutils import nodes
from framework_tabs import LABELS
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FRAMEWORKS = [name for name in LABELS if name != "numpy"]  # NumPy is the reference


class ExerciseDownloads(SphinxDirective):
    """List the archives of one exercise."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        up = "../" * self.env.docname.count("/")
        items = nodes.bullet_list(classes=["course-downloads"])
        for framework in FRAMEWORKS:
            name = f"{self.arguments[0]}-{framework}.zip"
            link = nodes.reference("", "", refuri=f"{up}exercises/{name}")
            link["classes"] = ["course-download"]
            link += nodes.strong("", LABELS[framework])
            link += nodes.literal("", name)
            line = nodes.paragraph("", "", link, translatable=False)
            items += nodes.list_item("", line)
        return [items]


def setup(app: Sphinx) -> dict:
    app.add_directive("exercise-downloads", ExerciseDownloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

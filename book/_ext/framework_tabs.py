"""Show neighbouring code cells of different frameworks as tabs.

MyST-NB runs only cells at the top level of a page, so cells cannot be written inside a
tab set. They are tagged instead, and this transform gathers each run of them.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx_design.shared import create_component

LABELS = {"numpy": "NumPy", "torch": "PyTorch", "keras": "Keras (TensorFlow)"}


def framework(node: nodes.Node) -> str | None:
    """Return the framework that a code cell is tagged with, if any."""
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        for name in LABELS:
            if f"tag_{name}" in node["classes"]:
                return name
    return None


class FrameworkTabs(SphinxTransform):
    """Wrap each run of tagged cells in a tab set that follows the reader's choice."""

    default_priority = 12  # after MyST-NB made the cells, before Sphinx translates

    def apply(self, **kwargs: object) -> None:
        for cell in list(self.document.findall(lambda n: framework(n) is not None)):
            parent = cell.parent
            if parent.get("design_component") == "tab-content":
                continue  # gathered with an earlier cell
            start, run = parent.index(cell), []
            for sibling in parent.children[start:]:
                if framework(sibling) is None:
                    break
                run.append(sibling)
            for member in run:
                parent.remove(member)
            parent.insert(start, tab_set(run))


def tab_set(cells: list[nodes.container]) -> nodes.container:
    """Make a tab set of sphinx-design: one tab for each framework, in one order."""
    result = create_component("tab-set", classes=["sd-tab-set"])
    result.source, result.line = cells[0].source, cells[0].line
    for name, label in LABELS.items():
        members = [cell for cell in cells if framework(cell) == name]
        if not members:
            continue
        title = nodes.rubric(label, "", nodes.Text(label), classes=["sd-tab-label"])
        title["sync_id"], title["sync_group"] = name, "framework"
        title["translatable"] = False
        content = create_component("tab-content", classes=["sd-tab-content"])
        content += members
        item = create_component("tab-item", classes=["sd-tab-item"], selected=False)
        item += [title, content]
        result += item
    return result


def setup(app: Sphinx) -> dict:
    app.add_transform(FrameworkTabs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

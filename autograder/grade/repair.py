"""Gives each cell of a submission the metadata that the gradebook has for it.

A student may have changed points, flags or ids, copied a cell or deleted one.
Afterwards every cell of the exercise is there at most once and every graded one exactly
once, so that nbgrader's own steps find nothing to stumble over.
"""

from collections.abc import Iterable, Mapping, Set

from nbformat import NotebookNode

from autograder.grade.gradebook import Canonical
from autograder.grade.submission import grade_id, new_cell

Stubs = Mapping[str, Set[str]]


def repair(
    notebook: NotebookNode, canonical: Mapping[str, Canonical], stubs: Stubs
) -> NotebookNode:
    """Restore metadata, drop doubles' ids and put missing graded cells back.

    Args:
        notebook: as `submission.clean` returns it; changed in place.
        canonical: the exercise's cells, by grade id.
        stubs: what untouched cells look like, by grade id.
    """
    chosen = {
        name: _best(copies, canonical[name], stubs.get(name, frozenset()))
        for name, copies in _by_name(notebook.cells).items()
        if name in canonical
    }
    for number, cell in enumerate(notebook.cells):
        name = grade_id(cell)
        cell.metadata.pop("nbgrader", None)
        if chosen.get(name) == number:
            notebook.cells[number] = _restored(cell, canonical[name])
    for name, cell in canonical.items():
        if cell.points is not None and name not in chosen:
            notebook.cells.insert(_place(notebook, name), _missing(cell))
    return notebook


def _by_name(cells: Iterable[NotebookNode]) -> dict[str, list]:
    found: dict[str, list] = {}
    for number, cell in enumerate(cells):
        if grade_id(cell):
            found.setdefault(grade_id(cell), []).append((number, cell))
    return found


def _best(copies, canonical: Canonical, stubs: Set[str]) -> int:
    """Choose among copies of a cell.

    The right kind first; then a check as we wrote it, but an answer that is no longer
    as we wrote it; then the last one, as nbgrader does.
    """
    ours = stubs | {canonical.source}

    def rank(copy):
        number, cell = copy
        same_kind = cell.cell_type == canonical.kind
        return same_kind, (cell.source in ours) == canonical.locked, number

    return max(copies, key=rank)[0]


def _restored(cell: NotebookNode, canonical: Canonical) -> NotebookNode:
    source = canonical.source if canonical.locked else cell.source
    return _new(canonical, source, cell.id)


def _missing(canonical: Canonical) -> NotebookNode:
    cell = _new(canonical, canonical.source, f"restored-{canonical.name}")
    cell.metadata["attnbook"] = {"restored": True}
    return cell


def _new(canonical: Canonical, source: str, name: str) -> NotebookNode:
    return new_cell(canonical.kind, source, name, {"nbgrader": canonical.metadata})


def _place(notebook: NotebookNode, name: str) -> int:
    """Say where a missing cell goes: behind its task, or at the end."""
    task = "task-" + name.partition("-")[2]
    for number, cell in enumerate(notebook.cells):
        if grade_id(cell) == task:
            return number + 1
    return len(notebook.cells)

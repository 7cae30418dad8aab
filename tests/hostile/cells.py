"""Notebooks whose cells, metadata or files are not what they were."""

import copy

from hostile.attack import ONE, RIGHT, Attack, cell


def _points(notebook):
    for name, points in (("check-double", 100), ("check-name", "many")):
        cell(notebook, name)["metadata"]["nbgrader"].update(points=points, locked=False)
    cell(notebook, "check-double")["source"] = "100"


def _swapped(notebook):
    """The check that is earned takes the place of the one that is worth more."""
    double, name = (cell(notebook, f"check-{n}") for n in ("double", "name"))
    double["metadata"]["nbgrader"]["grade_id"] = "check-name"
    name["metadata"]["nbgrader"]["grade_id"] = "check-double"


def _copied(notebook):
    for name in ("check-name", "check-double", "task-double"):
        twin = copy.deepcopy(cell(notebook, name))
        twin["id"] = f"copy-{name}"
        twin["source"] = twin["source"] if "task" in name else "3.0"
        notebook["cells"].append(twin)


def _deleted(notebook):
    notebook["cells"].remove(cell(notebook, "check-double"))


def _reordered(notebook):
    notebook["cells"].reverse()


def _retyped(notebook):
    check = cell(notebook, "check-double")
    check["cell_type"] = "markdown"
    check["metadata"]["nbgrader"].update(cell_type="markdown", solution=True)
    for key in ("outputs", "execution_count"):
        check.pop(key, None)


def _solved(notebook):
    """A check that says that it is an answer for a person to read."""
    cell(notebook, "check-double")["metadata"]["nbgrader"].update(
        solution=True, grade=True, locked=False, task=True, schema_version=3
    )


def _kernel(notebook):
    notebook["metadata"]["kernelspec"] = {
        "name": "../../bash",
        "language": "bash",
        "display_name": "x",
        "argv": ["sh", "-c", "true"],
    }
    notebook["metadata"]["language_info"] = {"name": "bash"}


def _language(notebook):
    notebook["metadata"]["attnbook"] = {"framework": ["torch"], "language": {"a": 1}}


def _odd(notebook):
    for number, odd in enumerate((None, 5, "x", [], {"cell_type": []})):
        notebook["cells"].insert(number, odd)
    cell_ids = [5, None, "../../x", "x" * 100_000]
    for name in cell_ids:
        notebook["cells"].append(
            {
                "cell_type": "code",
                "source": ["1", 5],
                "id": name,
                "metadata": {"nbgrader": {"grade_id": name}},
                "outputs": 5,
            }
        )
    notebook["cells"] = [c for c in notebook["cells"] if isinstance(c, dict)]


def _many(notebook):
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] += [{**code, "source": "1", "id": f"x{n}"} for n in range(6000)]


WRONG_CODE = "def double(x):\n    return 0 * x\n"


def _game(name, tries, change, points=(0, 1), double=WRONG_CODE, reason=""):
    return Attack("cells", name, tries, double, ONE, change, points, reason)


def _file(name, tries, **more):
    return Attack("files", name, tries, RIGHT, points=(0, 0), **more)


ATTACKS = [
    _game("cells_points", "a check made worth 100", _points),
    _game("cells_swapped", "two checks' ids exchanged", _swapped, (0, 0)),
    _game("cells_copied", "checks twice, the copies say 3.0", _copied),
    _game("cells_deleted", "the check deleted", _deleted),
    _game("cells_reordered", "the cells in reverse", _reordered, (0, 0), RIGHT),
    _game("cells_retyped", "a check made text", _retyped),
    _game("cells_solved", "a check made an answer to read", _solved),
    _game("cells_kernel", "another kernel and language", _kernel, (3, 1), RIGHT),
    _game("cells_language", "metadata of odd types", _language, (3, 1), RIGHT),
    _game("cells_odd", "ids and sources of odd types", _odd, (3, 1), RIGHT),
    _game("cells_many", "6000 cells", _many, (0, 0), RIGHT, "cells are more than"),
    _file("file_deep", "JSON of endless depth", text="[" * 200_000, reason="not JSON"),
    _file(
        "file_other", "an archive named .ipynb", text="PK\x03\x04", reason="not JSON"
    ),
    _file("file_link", "a link to the gradebook", link="gradebook.db", reason="a link"),
]

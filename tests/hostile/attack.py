"""What a hostile notebook is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field

WRONG = "def double(x):\n    return 0 * x\n"
RIGHT = "def double(x):\n    return 2 * x\n"
ONE = "def name():\n    return 1\n"


@dataclass(frozen=True)
class Attack:
    """A notebook of the toy exercise whose author is after more than its points.

    Its cells are as released; `double` and `name` stand in the two tasks. PORT in them
    is where the grader's machine listens, to see who comes.
    """

    family: str
    name: str
    tries: str  # what, in a few words
    double: str = field(default=WRONG, repr=False)
    name_code: str = field(default=ONE, repr=False)
    change: Callable[[dict], None] = lambda notebook: None  # does the rest
    points: tuple[float, float] = (
        0,
        1,
    )  # deserved for `double`, of 3, and `name`, of 1
    reason: str = ""  # a regular expression for what the grader says about it
    text: str | None = field(default=None, repr=False)  # the whole file instead
    link: str = ""  # a link beside the notebook, to this file of the course

    @property
    def refused(self) -> bool:
        """See whether it is never run."""
        return bool(self.text or self.link or "than" in self.reason)

    def notebook(self, released: dict, port: int) -> dict:
        """Make it from the released notebook, which is changed."""
        for task, code in (("double", self.double), ("name", self.name_code)):
            cell(released, f"task-{task}")["source"] = code.replace("PORT", str(port))
        self.change(released)
        return released


def cell(notebook: dict, grade_id: str) -> dict:
    """Find a cell by its grade id."""
    for found in notebook["cells"]:
        if found["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return found
    raise KeyError(grade_id)

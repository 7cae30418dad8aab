"""A toy exercise whose notebooks need NumPy alone, and a course to grade it in."""

import copy
import json
import shutil

from autograder.author import release, source
from autograder.author.course import prepare
from autograder.grade.gradebook import Gradebook, database, scores

HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
SOLUTION = (
    HEAD
    + '''
# A toy

```{code-cell} ipython3
import numpy as np
from autograder import check
checks = check.load("toy", "numpy")
```

```{code-cell} ipython3
:tags: ["task:double"]
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: ["mistake:double:square"]
def double(x):
    return x * x
```

+++ {"tags": ["hint:double:square"]}

You multiplied it by itself.

```{code-cell} ipython3
:tags: ["check:double", "points:3"]
@checks.run("double")
def answers(case):
    x, n = case.normal(2, 3), case.integer(5, 9)
    return {"array": lambda: double(x), "number": lambda: double(n)}
```

```{code-cell} ipython3
:tags: ["task:name"]
def name():
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: ["mistake:name:zero"]
def name():
    return 0
```

+++ {"tags": ["hint:name:zero"]}

That is 0.

```{code-cell} ipython3
:tags: ["check:name", "points:1"]
@checks.run("name")
def answers(case):
    return {"one": lambda: name()}
```

Why?

+++ {"tags": ["question:why", "points:2"]}

Because.
'''
)
RIGHT = {
    "double": "def double(x):\n    return x + x",
    "name": "def name():\n    return 1",
}


class Toy:
    """The toy's course, ready to take submissions.

    Args:
        folder: an empty one, for the solution and the course.
        monkeypatch: lets the grader find the toy's solution and no released notebooks.
        solution: another toy.
    """

    def __init__(self, folder, monkeypatch, solution=SOLUTION):
        solutions = folder / "solutions"
        (solutions / "toy").mkdir(parents=True)
        (solutions / "toy" / "toy.md").write_text(solution)
        monkeypatch.setattr(source, "SOLUTIONS", solutions)
        monkeypatch.setattr(source.read, "__defaults__", (solutions,))
        monkeypatch.setattr(release, "EXERCISES", folder / "exercises")
        self.exercise = source.read("toy", solutions)
        self.course = folder / "course"
        prepare(self.exercise, self.course)

    def fresh(self, folder):
        """Return a copy of it, in another folder, in which nothing was graded."""
        new = copy.copy(self)
        new.course = folder / "course"
        shutil.copytree(self.course, new.course)
        return new

    def notebook(self, **tasks):
        """Return the released notebook with some tasks filled in."""
        released = self.course / "release" / "toy" / "toy.ipynb"
        notebook = json.loads(released.read_text(encoding="utf-8"))
        for task, code in tasks.items():
            cell(notebook, f"task-{task}")["source"] = code
        return notebook

    def submit(self, student, notebook):
        """Hand in a notebook, or whatever text or bytes stand in its file."""
        path = self.course / "submitted" / student / "toy" / "toy.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(notebook, dict):
            notebook = json.dumps(notebook)
        if isinstance(notebook, str):
            notebook = notebook.encode()
        path.write_bytes(notebook)
        return path


def cell(notebook, grade_id):
    """Find a cell by its grade id."""
    cells = notebook["cells"]
    return next(
        c
        for c in cells
        if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def points(toy):
    """Return the points for each check and question, by student."""
    found = scores(database(toy.course), "toy")
    return {
        student: {name: score.points for name, score in line.items()}
        for student, line in found.items()
    }


def grade_by_hand(course, student, grade_id, points, comment=None, penalty=0):
    """Do what a person does in Formgrader."""
    with Gradebook(database(course)) as book:
        grade = book.find_grade(grade_id, "toy", "toy", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        found = book.find_submission_notebook("toy", "toy", student)
        found.late_submission_penalty = penalty
        if comment is not None:
            said = book.find_comment(grade_id, "toy", "toy", student)
            said.manual_comment = comment
        book.db.commit()

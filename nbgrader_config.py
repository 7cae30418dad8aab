"""Lets nbgrader, started in this folder, grade by our steps.

`nbgrader autograde <id> --course-dir=<course>` then gives the same points as ours.
"""

from autograder.grade.steps import configure

configure(get_config())  # noqa: F821

"""What a student's notebook imports: draw cases, run code on them, say what is off.

from autograder import check
checks = check.load("luong_global", "torch")
"""

from autograder.check.notebook import CheckFailed, collecting, load

__all__ = ["CheckFailed", "collecting", "load"]

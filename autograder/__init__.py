"""Checks that run in a student's notebook, and the grader behind them.

A notebook needs `from autograder import check` alone, which pulls in NumPy and nothing
else. The other rooms are for whoever writes exercises and grades them; see README.md.
"""

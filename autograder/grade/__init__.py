"""Executes submissions and compares their answers: nbgrader's pipeline, our steps."""

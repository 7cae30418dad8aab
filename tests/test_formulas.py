"""Formulas on a feedback page: drawn if they are mathematics, text if they are not."""

import pytest

from autograder.author.source import exercise_ids, read
from autograder.report.feedback import safe_markdown
from autograder.report.formulas import formula


def test_a_formula_becomes_mathml():
    drawn = formula(r"a_{tj} = \exp(e_{tj})", {"display_mode": False})
    assert drawn.startswith("<math")
    assert 'display="inline"' in drawn
    assert "<msub>" in drawn
    assert 'display="block"' in formula("x", {"display_mode": True})


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\mathrm{<b>bold</b>}",
        r"\href{javascript:alert(1)}{x}",
        r"\text{<mi onclick='alert(1)'>x</mi>}",
        r"\frac{a}{",
        r"\begin{nothing}",
    ],
)
def test_what_is_not_plain_mathematics_stays_text(tex):
    drawn = formula(tex, {})
    for mark in ("<script", "<img", "<b>", "<a", "href=", "<mi on"):
        assert mark not in drawn


def test_html_in_an_answer_stays_text():
    page = safe_markdown("<script>alert(1)</script> and $x$")
    assert "&lt;script&gt;" in page
    assert "<math" in page


def test_every_formula_of_the_exercises_is_drawn():
    drawn = 0
    for exercise_id in exercise_ids():
        for cell in read(exercise_id).cells:
            if cell.kind == "markdown":
                page = safe_markdown(cell.text)
                drawn += page.count("<math")
                assert "$" not in page, cell.text
    assert drawn > 20

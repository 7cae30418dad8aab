"""Where code stopped: the line that a student can mend, and what lies behind it."""

from practice import reads, run_cells

from autograder.author.release import given
from autograder.author.source import read
from autograder.check.trace import FIELDS, cell_key, describe

GIVEN = """
def inner(x):
    return [row @ row[:, None] for row in x]


def mix(x):
    return np.stack(inner(x)).reshape(3)
"""
FOLD = """
def fold(x):
    return x + 1
"""
SOLVED = """
def network(x):
    y = fold(x)
    return mix(y), y
"""
CHECK = """
@checks.run("network")
def answers(case):
    x = case.normal(3, 4)
    return {
        "logits": lambda: network(x)[0],
        "folded": lambda: network(x)[1],
    }
"""


def said(*cells):
    """What somebody reads whose cells these are; GIVEN and CHECK stand as they are."""
    student = [GIVEN, *cells, CHECK]
    solved = [GIVEN, FOLD, SOLVED, CHECK]
    text = reads(student, solved, given=[cell_key(GIVEN), cell_key("np.ones(3)")])
    return " ".join(text.split())


def test_a_hole_that_the_check_calls_is_told_without_a_name():
    text = said(FOLD, "def network(x):\n    raise NotImplementedError()\n")
    assert "Not written yet: put your code in place of the line" in text


def test_a_hole_of_an_earlier_task_is_named():
    text = said("def fold(x):\n    raise NotImplementedError()\n", SOLVED)
    assert "This needs fold, which is not written yet" in text
    assert "Not written yet" not in text


def test_an_error_in_a_given_function_is_shown_at_the_line_that_called_it():
    text = said(FOLD, SOLVED.replace("mix(y)", "mix(y[0])"))
    assert "That was at: return mix(y[0]), y" in text
    assert "It happened in mix, which is given" in text
    assert "row @ row" not in text


def test_an_error_of_ones_own_is_shown_at_its_deepest_line():
    text = said("def fold(x):\n    return x @ x  # (3, 4)\n", SOLVED)
    assert "That was at: return x @ x Expected" in text
    assert "which is given" not in text


def test_a_given_cell_that_was_changed_is_ones_own():
    changed = GIVEN.replace("row[:, None]", "row[:, None, None]")
    text = said(changed, FOLD, SOLVED)
    assert "That was at: return [row @ row[:, None, None] for row in x]" in text
    assert "which is given" not in text


def test_arguments_that_do_not_fit_are_shown_by_the_checks_call_alone():
    text = said(FOLD, "def network(x, params):\n    return x, x\n")
    assert "TypeError: network() missing 1 required" in text
    assert "That was at: network(x) " in text
    assert "lambda" not in text


def test_a_misspelt_name_is_told_on_lines_of_its_own_with_one_that_is_like_it():
    text = reads(
        [GIVEN, FOLD, SOLVED.replace("return mix(y), y", "return mixx(y), y"), CHECK],
        [GIVEN, FOLD, SOLVED, CHECK],
    )
    lines = [line.strip() for line in text.splitlines()]
    assert "name 'mixx' is not defined. That was" in " ".join(lines)
    assert "That was at: return mixx(y), y" in lines
    assert any(line.startswith("Did you mean mix? If not, run") for line in lines)


def test_a_local_name_is_found_too():
    misspelt = SOLVED.replace("y = ", "weights = ").replace("mix(y), y", "weigths, 0")
    assert "Did you mean weights?" in said(FOLD, misspelt)


def test_a_name_like_no_other_is_misspelt_or_not_there_yet():
    text = said(FOLD, SOLVED.replace("mix(y)", "pooled_documents(y)"))
    assert "Did you mean" not in text
    assert "The name is misspelt, or its cell has not run" in text


def test_a_table_of_names_with_a_number_in_it_does_not_stop_the_check():
    text = said("globals()[1] = 2\n" + FOLD, SOLVED.replace("fold(x)", "fould(x)"))
    assert "Did you mean fold?" in text


def test_an_error_outside_of_all_cells_has_no_place():
    try:
        int("x")
    except ValueError as error:
        described = describe(error)
    assert described.keys() == set(FIELDS)
    assert described["type"] == "ValueError"
    assert described["code"] == described["within"] == ""


def test_given_are_the_cells_that_are_neither_task_nor_check_nor_variant():
    exercise = read("han")
    keys = given(exercise)
    texts = {role: [c.text for c in exercise.cells if c.role == role] for role in ROLES}
    assert any("def read_one_way" in text for text in texts[""])
    assert all(cell_key(text) in keys for text in texts[""] if text.startswith("def "))
    assert not any(cell_key(text) in keys for role in ROLES[1:] for text in texts[role])


ROLES = ("", "task", "check", "mistake", "alternative")


def test_the_grader_learns_the_place_from_the_file_beside_the_notebook(
    monkeypatch, tmp_path
):
    from autograder.check import load
    from autograder.check.notebook import ANSWERS_MIME

    shown = []
    monkeypatch.setenv("AUTOGRADER_SEED", "5")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    (tmp_path / "toy.json").write_text(f'{{"given": ["{cell_key(GIVEN)}"]}}')
    student = SOLVED.replace("mix(y)", "mix(y[0])")
    run_cells([GIVEN, FOLD, student, CHECK], checks=load("toy", "numpy", tmp_path))
    error = shown[0][ANSWERS_MIME]["cases"][0]["errors"]["logits"]
    assert error["code"] == "return mix(y[0]), y"
    assert error["within"] == "mix"

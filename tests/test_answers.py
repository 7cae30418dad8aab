import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.check.arrays import pack
from autograder.check.notebook import ANSWERS_MIME
from autograder.check.trace import FIELDS
from autograder.grade.answers import NAMES, read

RIGHT = {"x": np.arange(6, dtype="<f4").reshape(2, 3), "n": np.array(3)}


def output(bundle):
    data = {ANSWERS_MIME: bundle}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def bundle(check="double", **changes):
    answers = {name: pack(array) for name, array in RIGHT.items()}
    cases = [{"answers": answers, "errors": {}} for _ in range(3)]
    return {"check": check, "cases": cases, **changes}


def one_answer(packed):
    cases = [{"answers": {"x": packed}, "errors": {}} for _ in range(3)]
    return bundle(cases=cases)


def test_honest_answers_come_back_as_they_were():
    answers = read([output(bundle())], "double")
    assert not answers.refused
    assert len(answers.cases) == 3
    for case in answers.cases:
        assert case.keys() == RIGHT.keys()
        for name, array in RIGHT.items():
            assert case[name].dtype == array.dtype
            np.testing.assert_array_equal(case[name], array)


def test_answers_of_another_check_do_not_count():
    answers = read([output(bundle("other"))], "double")
    assert answers.cases == ()
    assert not answers.refused


def test_answers_published_twice_do_not_count_even_if_they_are_the_same():
    answers = read([output(bundle()), output(bundle())], "double")
    assert answers.cases == ()
    assert "2 times" in answers.refused


def test_errors_come_back_as_short_text_without_control_characters():
    error = {"type": "E", "text": "\x1b[31m" + "x" * 1000, "code": 5, "more": 1}
    cases = [{"answers": {}, "errors": {"": error}} for _ in range(3)]
    errors = read([output(bundle(cases=cases))], "double").errors
    assert errors[""]["type"] == "E"
    assert "\x1b" not in errors[""]["text"]
    assert len(errors[""]["text"]) <= 300
    assert errors[""]["code"] == ""
    assert set(errors[""]) == set(FIELDS)


def test_an_error_that_stopped_the_cell_is_told():
    stopped = {
        "output_type": "error",
        "ename": "NameError",
        "evalue": "name 'checks' is not defined",
        "traceback": [],
    }
    answers = read([stopped], "double")
    assert answers.errors[""]["type"] == "NameError"
    assert answers.cases == ()


DATA = base64.b64encode(bytes(24)).decode()


@pytest.mark.parametrize(
    "packed",
    [
        {"dtype": "|O", "shape": [3], "data": DATA},
        {"dtype": "<U6", "shape": [1], "data": DATA},
        {"dtype": "<f4,<f4", "shape": [3], "data": DATA},
        {"dtype": ["<f4"], "shape": [6], "data": DATA},
        {"dtype": "<f4", "shape": [7], "data": DATA},
        {"dtype": "<f4", "shape": [-1], "data": DATA},
        {"dtype": "<f4", "shape": [2, -3], "data": DATA},
        {"dtype": "<f4", "shape": [6.0], "data": DATA},
        {"dtype": "<f4", "shape": [True, 6], "data": DATA},
        {"dtype": "<f4", "shape": [10**30, 0], "data": DATA},
        {"dtype": "<f4", "shape": 6, "data": DATA},
        {"dtype": "<f4", "shape": [1] * 9 + [6], "data": DATA},
        {"dtype": "<f4", "shape": [6], "data": DATA[:-1]},
        {"dtype": "<f4", "shape": [6], "data": "not base64 \u2603"},
        {"dtype": "<f4", "shape": [6], "data": [DATA]},
        {"dtype": "<f4", "shape": [6]},
        {},
        "text",
        None,
        [1.0, 2.0],
    ],
)
def test_an_answer_that_is_not_a_plain_array_is_refused(packed):
    answers = read([output(one_answer(packed))], "double")
    assert answers.refused
    assert answers.cases == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"cases": None},
        {"cases": {}},
        {"cases": []},
        {"cases": [{"answers": {}, "errors": {}}] * 4},
        {"cases": ["text"] * 3},
        {"cases": [{"answers": [], "errors": {}}] * 3},
        {"cases": [{"answers": {"": pack(np.zeros(1))}}] * 3},
        {"cases": [{"answers": {"a b": pack(np.zeros(1))}}] * 3},
        {"cases": [{"answers": {"a" * 65: pack(np.zeros(1))}}] * 3},
        {
            "cases": [
                {"answers": {f"a{n}": pack(np.zeros(1)) for n in range(NAMES + 1)}}
            ]
            * 3
        },
    ],
)
def test_a_bundle_of_another_form_is_refused(changes):
    answers = read([output(bundle(**changes))], "double")
    assert answers.refused
    assert answers.cases == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)


@given(JSON, JSON)
def test_no_json_stops_the_reader(cases, packed):
    for hostile in (bundle(cases=cases), one_answer(packed)):
        answers = read([output(hostile)], "double")
        assert answers.refused or len(answers.cases) == 3

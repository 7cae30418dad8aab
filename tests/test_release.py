"""What students get is what the solutions say, and holds nothing that it should not."""

import json
import re

import nbformat
import pytest

from autograder.author.release import EXERCISES, release
from autograder.author.source import exercise_ids, read
from autograder.author.translate import LANGUAGES
from autograder.check.cases import STUDENT_FRAMEWORKS
from autograder.check.messages import WORDS

IDS = exercise_ids()


@pytest.fixture(scope="module", params=IDS)
def released(request, tmp_path_factory):
    """Return an exercise and the folder of a fresh release."""
    folder = tmp_path_factory.mktemp("exercises")
    exercise = read(request.param)
    release(exercise, folder)
    return exercise, folder


def files(folder, exercise):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.glob(f"*/*/{exercise.id}/*")
    }


def test_the_committed_exercises_are_what_the_solutions_give(released):
    exercise, folder = released
    fresh, committed = files(folder, exercise), files(EXERCISES, exercise)
    assert len(fresh) == 2 * len(LANGUAGES) * len(STUDENT_FRAMEWORKS)
    assert fresh.keys() == committed.keys()
    changed = [str(path) for path in fresh if fresh[path] != committed[path]]
    assert not changed, "run `make release` and commit exercises/"


def test_no_solution_alternative_or_mistake_is_in_what_students_get(released):
    exercise, folder = released
    secret = set()
    for cell in exercise.cells:
        if cell.role in ("alternative", "mistake", "question"):
            secret.update(_lines(cell.text))
        if cell.role == "task":
            for part in re.findall(
                r"### BEGIN SOLUTION(.*?)### END SOLUTION", cell.text, re.S
            ):
                secret.update(_lines(part))
    open_text = "\n".join(
        re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", cell.text, flags=re.S)
        for cell in exercise.cells
        if cell.role in ("", "check", "task")
    )
    secret = {line for line in secret if line not in open_text}
    assert len(secret) > 20, "nothing to look for"
    for path, content in files(folder, exercise).items():
        plain = content.decode().replace('\\"', '"')
        found = [line for line in secret if line in plain]
        assert not found, (str(path), found)


def test_marks_of_solutions_are_gone(released):
    exercise, folder = released
    for path, content in files(folder, exercise).items():
        for word in (b"BEGIN SOLUTION", b"END SOLUTION", b"HIDDEN TESTS"):
            assert word not in content, str(path)


def test_check_cells_are_the_same_in_every_language_and_framework(released):
    exercise, folder = released
    checks = set()
    for path in folder.glob(f"*/*/{exercise.id}/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        graded = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]
        checks.add(json.dumps(graded, sort_keys=True))
    assert len(checks) == 1


def test_each_notebook_is_in_its_own_language(released):
    exercise, folder = released
    letters = {"ja": r"[\u3040-\u30ff]", "zh": r"[\u4e00-\u9fff]"}
    for language, pattern in letters.items():
        for path in folder.glob(f"{language}/*/{exercise.id}/*.ipynb"):
            for cell in nbformat.read(path, as_version=4).cells:
                prose = re.sub(r"`[^`]*`|\$[^$]*\$", "", cell.source)
                if cell.cell_type == "markdown" and re.search("[a-z]{4} [a-z]", prose):
                    assert re.search(pattern, prose), (str(path), cell.source)


def test_public_cases_hold_words_and_hints_in_the_language(released):
    exercise, folder = released
    for language in LANGUAGES:
        path = folder / language / "torch" / exercise.id / f"{exercise.id}.json"
        public = json.loads(path.read_text())
        assert public["words"].keys() == WORDS.keys()
        english = public["words"] == WORDS
        assert english == (language == "en")
        assert (public["hints"] == exercise.hints) == (language == "en")


def test_public_files_stay_small(released):
    exercise, folder = released
    for path, content in files(folder, exercise).items():
        assert len(content) < 400_000, str(path)


def _lines(text):
    stripped = (line.strip() for line in text.splitlines())
    return {line for line in stripped if len(line) > 15 and not line.startswith("#")}

"""From a solution to what students get, in each language and framework.

`exercises/<language>/<framework>/<id>/` holds the notebook and, beside it, the public
cases with their expected answers. The same solution gives the same bytes.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.author.assignment import generate, source_notebook, write
from autograder.author.reference import Reference, expected
from autograder.author.source import ROOT, Exercise
from autograder.author.translate import LANGUAGES, messages
from autograder.check.arrays import Sample
from autograder.check.cases import STUDENT_FRAMEWORKS
from autograder.check.messages import WORDS
from autograder.check.notebook import PUBLIC_SEED
from autograder.check.trace import cell_key

EXERCISES = ROOT / "exercises"
# Numbers kept of an array: enough to see that an answer is off, or a known mistake's.
EXPECTED_LIMIT, MISTAKE_LIMIT = 1024, 64


def release(exercise: Exercise, folder: Path = EXERCISES) -> list[Path]:
    """Write an exercise's notebooks and public cases; return the notebooks' paths.

    Raises:
        RunError: the solution or one of its mistakes does not run.
        RuntimeError: nbgrader refuses a notebook.
    """
    public = public_cases(expected(exercise, "numpy", PUBLIC_SEED))
    paths = []
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        for language in LANGUAGES:
            for framework in STUDENT_FRAMEWORKS:
                notebook = _student_notebook(exercise, framework, language, course)
                beside = folder / language / framework / exercise.id
                beside.mkdir(parents=True, exist_ok=True)
                paths.append(beside / f"{exercise.id}.ipynb")
                paths[-1].write_bytes(notebook)
                case_file = {
                    "assignment": exercise.id,
                    "framework": framework,
                    "language": language,
                    "words": words(language),
                    "hints": hints(exercise, language),
                    "given": given(exercise),
                    "checks": public,
                }
                _write_json(beside / f"{exercise.id}.json", case_file)
    return paths


def public_cases(reference: Reference) -> dict:
    """Cut a reference down to what ships beside a notebook, by check."""
    return {
        check: {
            "expected": [_samples(case, EXPECTED_LIMIT) for case in cases],
            "mistakes": {
                name: [_samples(case, MISTAKE_LIMIT) for case in answers]
                for name, answers in reference.mistakes[check].items()
            },
        }
        for check, cases in reference.answers.items()
    }


def words(language: str) -> dict[str, str]:
    """Return the check's sentences in a language, by key."""
    translated = messages(language, "autograder")
    return {key: translated.get(english, english) for key, english in WORDS.items()}


def hints(exercise: Exercise, language: str) -> dict[str, dict[str, str]]:
    """Return the hints in a language, by check, by mistake."""
    translated = messages(language, f"exercises/{exercise.id}")
    return {
        check: {name: translated.get(hint, hint) for name, hint in by_mistake.items()}
        for check, by_mistake in exercise.hints.items()
    }


def given(exercise: Exercise) -> list[str]:
    """Return the keys of the code cells that students need not write."""
    code = [cell for cell in exercise.cells if cell.kind == "code" and not cell.role]
    return sorted({cell_key(cell.text) for cell in code})


def _student_notebook(
    exercise: Exercise, framework: str, language: str, course: Path
) -> bytes:
    assignment = f"{language}-{framework}"  # a name within the throw-away course
    texts = messages(language, f"exercises/{exercise.id}")
    notebook = source_notebook(exercise, framework, language, texts)
    name = f"{exercise.id}.ipynb"
    write(notebook, course / "source" / assignment / name)
    generate(course, assignment, gradebook=False)
    return (course / "release" / assignment / name).read_bytes()


def _samples(case: Mapping, limit: int) -> dict:
    return {name: Sample.of(array, limit).to_json() for name, array in case.items()}


def _write_json(path: Path, content: dict) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")

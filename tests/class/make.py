"""Makes a small class: submissions made from the released notebooks, and their points.

    python tests/class/make.py [FOLDER]

writes FOLDER/submitted/<student>/luong_global/luong_global.ipynb and, into
FOLDER/deserved.json, what each student deserves; without FOLDER, beside this file,
where they are committed. Students are named by what they did. What they deserve is
reasoned out here, never asked of the grader.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import tricks
from autograder.author.release import EXERCISES
from autograder.author.source import Exercise, read
from autograder.author.translate import LANGUAGES
from autograder.check.cases import STUDENT_FRAMEWORKS

HERE = Path(__file__).resolve().parent
ID = "luong_global"
MODEL = ("a", "c", "h")  # the answer `full` of check h runs the student's three tasks
ANSWERS = {  # of each check; its points are split evenly over them
    "scores": ("dot", "general", "general_wide", "concat"),
    "mask": ("mask", "weights"),
    "counts": ("dot", "general", "concat"),
    "a": ("a",),
    "c": ("c",),
    "h": ("joined", "state", "full"),
}
# Which answers of its own check each mistake spoils.
SPOILT = {
    "scores:scaled": ("dot", "general", "general_wide"),  # concat is not scaled
    "scores:transposed": ("general", "general_wide"),
    "scores:order": ("concat",),
    "scores:linear": ("concat",),
    "scores:outside": ("concat",),
    "scores:novector": ("concat",),
    "scores:swapped": ("dot", "general", "general_wide", "concat"),
    "scores:weights": ("dot", "general", "general_wide", "concat"),
    "mask:inverted": ("mask",),  # the weights are given a right mask
    "mask:opposite": ("weights",),
    "mask:filled": ("weights",),
    "mask:missing": ("weights",),
    "mask:nan": ("weights",),
    "mask:uniform": ("weights",),
    "mask:after": ("weights",),
    "mask:zeros": ("weights",),
    "counts:identity": ("dot",),
    "counts:biases": ("general", "concat"),
    "counts:matrix_bias": ("general", "concat"),
    "counts:novector": ("concat",),
    "counts:one_width": ("general", "concat"),
    "h:order": ("joined",),
    "h:interleaved": ("joined",),
    "h:linear": ("state",),
    "h:nobias": ("state",),
    "h:inner": ("state",),
    "h:late_bias": ("state",),
}
WORDS = {  # an answer to the question, which a person grades
    "en": "Every weight is 1, so the context is the plain sum of the states.",
    "ja": "重みはすべて 1 になり、文脈は状態の単純な和になります。",
    "zh": "每个权重都是 1，上下文就是各状态的简单相加。",
}


@dataclass(frozen=True)
class Student:
    """One submission.

    Args:
        code: of each task that was worked on, what stands in its cell.
        lost: of each check, the answers that are not right.
        change: does the rest to the notebook; may return it cut short, as text.
    """

    name: str
    why: str
    framework: str = "torch"
    language: str = "en"
    code: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    change: Callable[[dict], str | None] = lambda notebook: None

    def points(self, exercise: Exercise) -> dict[str, float]:
        """Say what each check deserves."""
        found = {}
        for check, maximum in exercise.checks.items():
            wrong = set(self.lost.get(check, ()))
            if check == "h" and any(self.lost.get(task) for task in MODEL):
                wrong.add("full")
            names = ANSWERS[check]
            found[check] = maximum * (len(names) - len(wrong)) / len(names)
        return found


ALL = {check: names for check, names in ANSWERS.items()}


def students(exercise: Exercise) -> Iterator[Student]:
    """Yield the class."""
    for language in LANGUAGES:
        for framework in STUDENT_FRAMEWORKS:
            code = solved(exercise, framework)
            name = f"right_{framework}_{language}"
            yield Student(name, "the solution", framework, language, code)
    yield from other_ways(exercise)
    yield from mistaken(exercise)
    yield from tricks.students(exercise, solved(exercise, "torch"), Student, ALL)


def solved(exercise: Exercise, framework: str) -> dict[str, str]:
    """Return the solution of each task, as a student would have written it."""
    return {
        task: "\n".join(
            line
            for line in exercise.task(task, framework).text.splitlines()
            if "### BEGIN" not in line and "### END" not in line
        )
        for task in exercise.checks
    }


def other_ways(exercise: Exercise) -> Iterator[Student]:
    """Yield students who solved every task, each in another way."""
    for framework in STUDENT_FRAMEWORKS:
        for number, variants in enumerate(_rounds(exercise, "alternative", framework)):
            code = solved(exercise, framework)
            code |= {cell.task: cell.text for cell in variants}
            name = f"other_ways_{framework}_{number + 1}"
            language = LANGUAGES[number % len(LANGUAGES)]
            yield Student(name, _listed(variants), framework, language, code)


def mistaken(exercise: Exercise) -> Iterator[Student]:
    """Yield students with a known mistake in each task; all mistakes come up."""
    dealt = {name: _rounds(exercise, "mistake", name) for name in STUDENT_FRAMEWORKS}
    for number in range(len(dealt["torch"])):  # the frameworks have the same mistakes
        framework = STUDENT_FRAMEWORKS[number % len(STUDENT_FRAMEWORKS)]
        language = LANGUAGES[number % len(LANGUAGES)]
        variants = dealt[framework][number]
        code = solved(exercise, framework)
        code |= {cell.task: cell.text for cell in variants}
        lost = {cell.task: spoilt(cell.task, cell.variant) for cell in variants}
        name = f"mistakes_{framework}_{number + 1}"
        yield Student(name, _listed(variants), framework, language, code, lost)


def spoilt(check: str, mistake: str) -> tuple[str, ...]:
    """Say which answers of its check a mistake spoils.

    Raises:
        KeyError: there is a new mistake of which nobody has said so.
    """
    if len(ANSWERS[check]) == 1:
        return ANSWERS[check]
    return SPOILT[f"{check}:{mistake}"]


def _rounds(exercise: Exercise, role: str, framework: str) -> list[list]:
    """Deal variants out: in each round at most one of a task, until all were used."""
    by_task: dict[str, list] = {}
    for cell in exercise.variants(role, framework):
        by_task.setdefault(cell.task, []).append(cell)
    most = max(map(len, by_task.values()))
    return [
        [cells[number] for cells in by_task.values() if number < len(cells)]
        for number in range(most)
    ]


def _listed(variants) -> str:
    return ", ".join(f"{cell.role} {cell.task}:{cell.variant}" for cell in variants)


def submission(student: Student) -> str:
    """Make a student's notebook from the released one."""
    folder = EXERCISES / student.language / student.framework / ID
    notebook = json.loads((folder / f"{ID}.ipynb").read_text(encoding="utf-8"))
    for task, code in student.code.items():
        tricks.cell(notebook, f"task-{task}")["source"] = code
    if student.code:
        tricks.cell(notebook, "question-why")["source"] = WORDS[student.language]
    changed = deepcopy(notebook)
    text = student.change(changed)
    if text is None:
        text = json.dumps(changed, ensure_ascii=False, indent=1) + "\n"
    return text


def main(folder: Path) -> None:
    """Write the class and what it deserves."""
    exercise = read(ID)
    deserved = {}
    for student in students(exercise):
        path = folder / "submitted" / student.name / ID / f"{ID}.ipynb"
        _write(path, submission(student))
        points = student.points(exercise)
        deserved[student.name] = {"why": student.why, "points": points}
    text = json.dumps(deserved, ensure_ascii=False, indent=1) + "\n"
    _write(folder / "deserved.json", text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)

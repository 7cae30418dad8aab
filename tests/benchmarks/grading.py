"""How fast a class is graded: plain nbgrader, ours, and otter-grader if you name it.

Makes 60 submissions of `luong_global`, 20 each in NumPy, PyTorch and Keras, and grades
the same notebooks in turn on the same processors, with a page of feedback for each
student (otter: results.json). It stops unless each gets full marks. Prints JSON:
notebooks a minute, the ratio to nbgrader, seconds a notebook above the floor, peak
memory. The floor is the time of the same cells on as many cases in processes forked
from one that has imported all. From the root:

    python tests/benchmarks/grading.py [--each N] > tests/benchmarks/grading.json

otter-grader wants an older wrapt than the course. To compare it, too, give it an
environment of its own, and add `--otter _build/otter/bin/otter` to the line above:

    python3.11 -m venv _build/otter
    _build/otter/bin/pip install -r requirements.txt
    _build/otter/bin/pip install --no-deps --no-build-isolation -e .
    _build/otter/bin/pip install otter-grader==7.0.0

With --scale 1000, for grading_scale.json, it grades 100 and then so many NumPy
notebooks, and looks at the memory of the process that grades.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, sleep

import nbformat
import otter_grader
import psutil
from nbgrader.api import Gradebook

from autograder.author.assignment import source_notebook
from autograder.author.course import prepare
from autograder.author.release import EXERCISES
from autograder.author.source import read
from autograder.check.notebook import SEED_VARIABLE
from autograder.grade.steps import shipped

ID = "luong_global"
CASES = EXERCISES / "en" / "torch" / ID / f"{ID}.json"  # public, for all frameworks
FRAMEWORKS = ("numpy", "torch", "keras")
WARM = ("numpy", "matplotlib.pyplot", "torch", "tensorflow", "keras")
# A command, and what counts the notebooks of a course that it gave full marks.
Job = tuple[list[str], Callable[[Path], int]]
LOOK = 0.5  # seconds between two looks at memory
PYTHON = Path(sys.executable)
BIN = PYTHON.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="notebooks of each kind")
    parser.add_argument("--scale", type=int, default=0, help="notebooks, NumPy only")
    parser.add_argument("--otter", type=Path, help="the command, in its environment")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = (scale if args.scale else compare)(Path(folder), args)
    found["machine"] = f"{os.cpu_count()} processors, {platform.machine()}"
    found["date"] = datetime.now(UTC).date().isoformat()
    packages = ("nbgrader", "torch", "tensorflow", "ipykernel", "distributed")
    found["versions"] = {name: version(name) for name in packages}
    if args.otter:
        found["versions"]["otter-grader"] = otter_grader.version(args.otter)
    print(json.dumps(found, indent=1))


def compare(folder: Path, args) -> dict:
    """Grade the same class in every way; all in seconds for the whole class."""
    counts = dict.fromkeys(FRAMEWORKS, args.each)
    notebooks = sum(counts.values())
    floor = {name: _floor(folder / "floor", name) for name in FRAMEWORKS}
    least = sum(floor[name] * number for name, number in counts.items())
    ways = {
        "nbgrader": _plain,
        "ours, 2 workers": partial(_ours, workers=2),
        "ours, 1 worker": partial(_ours, workers=1),
    }
    if args.otter:
        ways["otter"] = partial(_otter, otter=args.otter.absolute())
    rows = {}
    for number, (name, way) in enumerate(ways.items()):
        rows[name] = _timed(way, make(folder / str(number), counts))
        print(f"{name}: {rows[name]['seconds']:.1f} s", file=sys.stderr)
    slow = rows["nbgrader"]["seconds"]
    for row in rows.values():
        row["notebooks_a_minute"] = round(60 * notebooks / row["seconds"], 1)
        row["times_nbgrader"] = round(slow / row["seconds"], 2)
        row["seconds_above_floor"] = round((row["seconds"] - least) / notebooks, 3)
    floor = {name: round(seconds, 3) for name, seconds in floor.items()}
    return {"notebooks": notebooks, "floor_seconds_each": floor, "ways": rows}


def scale(folder: Path, args) -> dict:
    """Grade 100 and then many: the pace, and the memory of the process that grades."""
    rows = {}
    for number in (100, args.scale):
        course = make(folder / str(number), {"numpy": number})
        row = _timed(partial(_ours, workers=2), course, head=True)
        row["notebooks_a_minute"] = round(60 * number / row["seconds"], 1)
        rows[str(number)] = row
        print(f"{number}: {row}", file=sys.stderr)
    return {"ways": rows}


def make(course: Path, counts: dict[str, int]) -> Path:
    """Make a course with so many right submissions of each framework."""
    exercise = read(ID)
    prepare(exercise, course)
    for framework, number in counts.items():
        notebook = source_notebook(exercise, framework, "en", {})
        text = nbformat.writes(notebook)
        for student in range(number):
            name = f"{student:04}_{framework}"  # in a class they come mixed
            path = course / "submitted" / name / ID / f"{ID}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
    return course


def _ours(course: Path, workers: int) -> Job:
    line = [str(BIN / "autograder"), "grade", ID, "--course", str(course), "--quiet"]
    return [*line, "--workers", str(workers)], _full_marks


def _plain(course: Path) -> Job:
    """nbgrader with its own steps: no configuration of ours in its folder.

    What its checks compare with lies beside the notebook, as for a student.
    """
    (course / "nbgrader_config.py").unlink()
    shutil.copy(CASES, course / "source" / ID)
    script = 'for verb in autograde generate_feedback; do "$0" $verb $1 "$2"; done'
    line = [str(BIN / "nbgrader"), ID, f"--course-dir={course}"]
    return ["sh", "-c", script, *line], _full_marks


def _otter(course: Path, otter: Path) -> Job:
    exercise = read(ID)
    line = otter_grader.command(otter, exercise, course, CASES)
    return line, partial(otter_grader.full_marks, exercise)


def _full_marks(course: Path) -> int:
    """Count the submissions with all points that checks give."""
    full = sum(read(ID).checks.values())
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return [one.score for one in book.assignment_submissions(ID)].count(full)


def _timed(way: Callable[[Path], Job], course: Path, head: bool = False) -> dict:
    """Grade a course; measure time and memory, of one process or of all."""
    line, full_marks = way(course)
    begun, peak = perf_counter(), [0]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(line, cwd=course, stdout=log, stderr=log)
        watch = threading.Thread(target=_watch, args=(process, peak, head))
        watch.start()
        process.wait()
        seconds = perf_counter() - begun
        watch.join()
        graded, came = full_marks(course), len(list(course.glob("submitted/*")))
        if process.returncode not in (0, 1) or graded != came:
            log.seek(0)
            said = log.read().decode()[-3000:]
            sys.exit(f"{said}\n{graded} of {came} notebooks got full marks.")
    return {
        "seconds": round(seconds, 1),
        "graded": graded,
        "peak_memory_mb": peak[0] >> 20,
    }


def _watch(process: subprocess.Popen, peak: list[int], head: bool) -> None:
    """Keep the most memory seen; what processes share is counted once."""
    while process.poll() is None:
        total = 0
        try:
            root = psutil.Process(process.pid)
            for one in [root] if head else [root, *root.children(recursive=True)]:
                total += one.memory_full_info().pss
        except psutil.Error:
            pass
        peak[0] = max(peak[0], total)
        sleep(LOOK)


def _floor(folder: Path, framework: str) -> float:
    """Measure the cells of one notebook in a process that has all imported."""
    exercise = read(ID)
    prepare(exercise, folder)
    work = folder / "work"
    for name, content in shipped(folder, ID).items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    cells = source_notebook(exercise, framework, "en", {}).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    script = [str(PYTHON), __file__, "--floor"]
    said = subprocess.run(
        script,
        cwd=work,
        env=os.environ | {SEED_VARIABLE: "3"},
        input=json.dumps(sources),
        text=True,
        capture_output=True,
        check=True,
    )
    return min(json.loads(said.stdout.splitlines()[-1]))


def floor() -> None:
    """Time the cells that come in, five times, each time in a forked process."""
    for name in WARM:
        __import__(name)
    sources, seconds = json.load(sys.stdin), []
    for _ in range(5):
        read_end, write_end = os.pipe()
        if not os.fork():
            os.write(write_end, repr(_run(sources)).encode())
            os._exit(0)
        os.close(write_end)
        seconds.append(float(os.read(read_end, 100)))
        os.wait()
    print(json.dumps(seconds))


def _run(sources: Sequence[str], clock: Callable[[], float] = perf_counter) -> float:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    begun = clock()
    for source in sources:
        shell.run_cell(source).raise_error()
    return clock() - begun


if __name__ == "__main__":
    floor() if sys.argv[1:] == ["--floor"] else main()

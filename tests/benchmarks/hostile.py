"""What plain nbgrader makes of the hostile notebooks: the other column of the table.

    sudo .venv/bin/python tests/benchmarks/hostile.py tests/hostile/nbgrader.json

grades each notebook of `tests/hostile` once by `nbgrader autograde` as it comes: an
ordinary assignment with the same tasks, asserts and hidden tests. Every run has a
throw-away machine: a bubblewrap sandbox in which all is writable, as it is for an
instructor, and nothing lasts. Needs root, for an overlay over the environment.
"""

import datetime
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve()
PORT = 8765  # in a network of its own
PATIENCE = 60  # seconds; then the command counts as hung
SECRET = "CANARY-5e1f"
ENVIRONMENT = Path(sys.prefix)
DOUBLE = f"""import numpy as np
x = np.arange(6.0).reshape(2, 3)
assert double(x).shape == (2, 3)
### BEGIN HIDDEN TESTS
# {SECRET}
assert np.allclose(double(x), [[0, 2, 4], [6, 8, 10]])
assert np.allclose(double(7), 14)
### END HIDDEN TESTS"""
NAME = """### BEGIN HIDDEN TESTS
assert name() == 1
### END HIDDEN TESTS"""
TASK = "def {}:\n    ### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION"
CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "toy"
c.Execute.timeout = 5
c.Execute.startup_timeout = {PATIENCE}
"""


def notebook():
    """Return the ordinary assignment's notebook, as its author wrote it."""
    cells = [
        _cell("import numpy as np"),
        _cell(TASK.format("double(x)", "2 * x"), "task-double", solution=True),
        _cell(DOUBLE, "check-double", points=3, locked=True, grade=True),
        _cell(TASK.format("name()", "1"), "task-name", solution=True),
        _cell(NAME, "check-name", points=1, locked=True, grade=True),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(source, grade_id="", **flags):
    metadata = {}
    if grade_id:
        defaults = {"grade": False, "solution": False, "locked": False, "task": False}
        more = {"schema_version": 3, "grade_id": grade_id, "cell_type": "code"}
        metadata["nbgrader"] = defaults | more | flags
    return {
        "cell_type": "code",
        "source": source,
        "id": grade_id or "setup",
        "metadata": metadata,
        "outputs": [],
        "execution_count": None,
    }


def prepare(course):
    """Make a course in which one honest student has been graded."""
    (course / "source" / "toy").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    _write(course / "source" / "toy" / "toy.ipynb", notebook())
    nbgrader(course, "generate_assignment", "toy")
    released = course / "release" / "toy" / "toy.ipynb"
    honest = json.loads(released.read_text())
    for cell in honest["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        code = {"task-double": f"def double(x):\n    return 2 * x  # {SECRET}"}
        code["task-name"] = "def name():\n    return 1"
        cell["source"] = code.get(name, cell["source"])
    _write(course / "submitted" / "honest" / "toy" / "toy.ipynb", honest)
    nbgrader(course, "autograde", "toy", "--student=honest")
    return released


def _write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))


def nbgrader(course, *arguments):
    command = [str(ENVIRONMENT / "bin" / "nbgrader"), *arguments]
    path = {"PATH": f"{ENVIRONMENT}/bin:{os.environ['PATH']}"}
    ran = subprocess.run(
        command, cwd=course, env=os.environ | path, check=False, capture_output=True
    )
    if ran.returncode:
        raise SystemExit(ran.stderr.decode()[-2000:])


def submit(course, attack, released):
    """Hand in a hostile notebook in a copy of the course."""
    path = course / "submitted" / "hostile" / "toy" / "toy.ipynb"
    made = attack.notebook(json.loads(released.read_text()), PORT)
    _write(path, attack.text or made)
    if attack.link:
        path.with_name("notes.txt").symlink_to(f"../../../{attack.link}")


def throw_away(course):
    """Build the command that looks at one course on a machine that does not last."""
    script = (
        "set -e; mount -t tmpfs -o size=2g tmpfs /mnt; cd /mnt\n"
        "mkdir upper work environment\n"
        "mount -t overlay overlay environment -o upperdir=upper,workdir=work"
        f',lowerdir={ENVIRONMENT}\nexec "$@"'
    )
    line = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]
    line += ["bwrap", "--unshare-all", "--uid", "1000", "--gid", "1000", "--clearenv"]
    line += ["--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev"]
    for place in ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache"):
        line += ["--ro-bind-try", place, place]
    line += ["--size", str(1 << 30), "--tmpfs", "/tmp", "--dir", "/tmp/home"]
    line += ["--ro-bind", str(course), "/run/course", "--ro-bind", str(HERE)]
    base = str(Path(sys.executable).resolve().parents[1])
    line += [
        "/run/hostile.py",
        "--ro-bind",
        base,
        base,
        "--bind",
        "/mnt/environment",
        str(ENVIRONMENT),
    ]
    for name, value in {
        "PATH": f"{ENVIRONMENT}/bin:/usr/bin:/bin",
        "HOME": "/tmp/home",
        "SECRET_OF_THE_GRADER": SECRET,
    }.items():
        line += ["--setenv", name, value]
    python = str(ENVIRONMENT / "bin" / "python")
    return [*line, "--chdir", "/tmp", python, "/run/hostile.py", "--inside"]


def look():
    """Inside: grade, and say what became of it all."""
    import psutil

    course, came = Path("/tmp/course"), []
    shutil.copytree("/run/course", course, symlinks=True)
    threading.Thread(target=_listen, args=(came,), daemon=True).start()
    before, begun = _files(course), time.monotonic()
    command = ["nbgrader", "autograde", "toy", "--student=hostile"]
    log = open("/tmp/log", "w+")
    process = subprocess.Popen(command, cwd=course, stdout=log, stderr=log)
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        code = None
        process.kill()
    seconds = round(time.monotonic() - begun)
    left = [p.info["name"] for p in psutil.process_iter(["name", "status"])]
    said = {"code": code, "seconds": seconds, "processes": len(left), "came": len(came)}
    said["changed"] = [n for n, old in _files(course).items() if before.get(n) != old]
    said |= _graded(course)
    print(json.dumps(said))


def _listen(came):
    with socket.create_server(("127.0.0.1", PORT)) as listening:
        while True:
            came.append(listening.accept()[1])


def _files(course):
    import numpy

    packages = Path(numpy.__file__).parents[1]
    kernel = ENVIRONMENT / "share/jupyter/kernels/python3/kernel.json"
    paths = {
        "NumPy": [numpy.__file__],
        "site-packages": packages.glob("*.pth"),
        "submitted": (course / "submitted" / "honest").rglob("*.ipynb"),
        "source": (course / "source").rglob("*.ipynb"),
        "release": (course / "release").rglob("*.ipynb"),
        "kernel": [kernel],
        "startup": Path("/tmp/home").rglob("00.py"),
    }
    return {
        name: [(str(path), Path(path).read_bytes().hex()) for path in found]
        for name, found in paths.items()
    }


def _graded(course):
    import sqlite3

    query = (
        "select student.id, base_cell.name, grade.auto_score, grade.manual_score"
        " from grade join base_cell on base_cell.id = grade.cell_id"
        " join submitted_notebook on submitted_notebook.id = grade.notebook_id"
        " join submitted_assignment"
        " on submitted_assignment.id = submitted_notebook.assignment_id"
        " join student on student.id = submitted_assignment.student_id"
    )
    with sqlite3.connect(course / "gradebook.db") as book:
        rows = book.execute(query).fetchall()
    points = {"hostile": {}, "honest": {}}
    for student, cell, automatic, manual in rows:
        points[student][cell] = automatic if manual is None else manual
    written = course / "autograded" / "hostile" / "toy"
    text = ""
    if (written / "toy.ipynb").exists():
        text = (written / "toy.ipynb").read_text()
    cells = json.loads(text or '{"cells": []}')["cells"]
    shown = json.dumps([cell.get("outputs") for cell in cells])
    return {
        "points": points,
        "read": "found CANARY in" in shown,
        "handed_out": (written / "notes.txt").exists(),
    }


def run(attack, released, course):
    """Outside: one notebook in its own throw-away machine; what was seen."""
    with tempfile.TemporaryDirectory(dir=course.parent) as folder:
        mine = Path(folder) / "course"
        shutil.copytree(course, mine)
        submit(mine, attack, released)
        said = _output(throw_away(mine))
    lines = said.strip().splitlines()
    found = json.loads(lines[-1]) if lines else {"lost": True}
    print(attack.name, found, file=sys.stderr)
    return attack.name, found


def _output(command):
    try:
        return subprocess.run(
            command, stdout=subprocess.PIPE, timeout=3 * PATIENCE, check=False
        ).stdout.decode()
    except subprocess.TimeoutExpired as stopped:  # the machine itself may be stopped
        return (stopped.stdout or b"").decode()


def main(output, *names):
    sys.path.insert(0, str(HERE.parents[1]))
    from hostile import ATTACKS

    wanted = [attack for attack in ATTACKS if not names or attack.name in names]
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        released = prepare(course)
        with ThreadPoolExecutor(2) as pool:
            found = dict(pool.map(lambda a: run(a, released, course), wanted))
    record = {
        "date": datetime.date.today().isoformat(),
        "versions": {n: version(n) for n in ("nbgrader", "nbclient", "ipykernel")},
        "found": found,
    }
    Path(output).write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    look() if sys.argv[1:] == ["--inside"] else main(*sys.argv[1:])

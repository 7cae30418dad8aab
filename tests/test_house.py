"""The house is in order: what may import what, and what must not be in the tree."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# From the top down; a room may import rooms below it, never above.
ROOMS = ["cli", "report", "grade", "author", "check"]


def tracked(*patterns):
    """List the files of the tree that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(
        [*command, "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [
        ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()
    ]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def room(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "autograder" and len(parts) > 1 else None


def test_arrows_between_the_rooms_of_the_autograder_run_downwards():
    seen = 0
    for path in (ROOT / "autograder").rglob("*.py"):
        here = path.relative_to(ROOT / "autograder").with_suffix("").parts[0]
        if here not in ROOMS:
            assert here == "__init__"
            continue
        for module in imports(path):
            if room(module):
                seen += 1
                assert ROOMS.index(room(module)) >= ROOMS.index(here), (path, module)
    assert seen > 10


def test_the_check_imports_numpy_and_what_it_runs_in_alone():
    allowed = {"autograder", "numpy", "IPython", "torch", "keras"}
    stdlib = __import__("sys").stdlib_module_names
    for path in (ROOT / "autograder" / "check").glob("*.py"):
        for module in imports(path):
            top = module.split(".")[0]
            assert top in allowed or top in stdlib, (path, module)
            assert top != "autograder" or room(module) == "check", (path, module)


def test_nbgrader_has_three_doors():
    found = {
        path.relative_to(ROOT / "autograder").as_posix()
        for path in (ROOT / "autograder").rglob("*.py")
        if any(module.split(".")[0] == "nbgrader" for module in imports(path))
    }
    assert found == {
        "author/assignment.py",
        "grade/gradebook.py",
        "grade/zipcollect.py",
    }


@pytest.mark.parametrize("folder", ["autograder", "book", "tests"])
def test_no_module_is_over_300_lines(folder):
    for path in tracked(f"{folder}/*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


def test_no_path_of_a_machine_and_no_registry_is_in_the_tree():
    # Spelt in pieces, so that this file does not find itself.
    names = ["/wo" + "rk/", "/ro" + "ot/", "registry.npm" + "js", "pypi." + "org"]
    names += ["files.python" + "hosted", "deb.deb" + "ian"]
    found = []
    for path in tracked("."):
        if path.suffix in {".png", ".woff2", ".ico"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [(str(path), name) for name in names if name in text]
    assert not found


def test_the_readme_draws_every_folder_at_the_top():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tops = {path.relative_to(ROOT).parts[0] for path in tracked(".")}
    known = {"README.md", ".gitignore"}
    missing = [top for top in sorted(tops - known) if top not in readme]
    assert not missing


def test_every_pin_is_exact():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 100
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin)] == []

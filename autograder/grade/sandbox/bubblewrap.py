"""The command that puts a Python process into a bubblewrap sandbox.

What is inside: the system under /usr and the Python environment, both read-only, empty
temporary folders, and nothing else of the machine. See bwrap(1).
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import autograder
from autograder.grade.sandbox.inside.run import HOME

INSIDE = Path(__file__).with_name("inside")
PLACE = "/run/inside"  # where INSIDE is in the sandbox
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache")
TREE = (
    Path(autograder.__file__).resolve().parents[1]
)  # the course: not to be seen inside
NOBODY = "65534"  # who a grader that is root becomes before anything else
STAGE = "/dev/shm"  # covered, in a namespace of our own, by other names for folders


def missing() -> list[str]:
    """List the programs that a sandbox needs and that are not installed."""
    needed = ["bwrap"] if os.geteuid() else ["bwrap", "unshare", "setpriv", "mount"]
    return [name for name in needed if not shutil.which(name)]


def command(arguments: Sequence[str], variables: dict[str, str], disk: int):
    """Build the command, a list of words, that runs Python inside a sandbox.

    Args:
        arguments: of Python.
        variables: its whole environment.
        disk: bytes that fit into each of its temporary folders.
    """
    folders = {str(path): str(path) for path in environment()}
    folders[PLACE] = str(INSIDE)
    if os.geteuid() == 0:
        staged = {place: f"{STAGE}/{n}" for n, place in enumerate(folders)}
        sandbox = _bwrap(staged, variables, disk)
        return [*_as_nobody(list(folders.values())), *sandbox, *arguments]
    return [*_bwrap(folders, variables, disk), *arguments]


def environment() -> list[Path]:
    """List the folders of the Python environment that lie outside of the system's."""
    python = Path(sys.executable)
    found = {Path(sys.prefix), Path(sys.base_prefix), python.parents[1]}
    found |= {path.resolve() for path in found} | {python.resolve().parents[1]}
    return [path for path in sorted(found) if not path.is_relative_to("/usr")]


def writable() -> list[str]:
    """List the folders that each submission has for itself, empty at first.

    /tmp is none of them if the Python environment lies within: it would cover that.
    """
    inside = any(path.is_relative_to("/tmp") for path in environment())
    return [HOME, "/dev/shm"] if inside else [HOME, "/dev/shm", "/tmp"]


def _bwrap(folders: dict[str, str], variables: dict[str, str], disk: int) -> list[str]:
    line = ["bwrap", "--unshare-all", "--new-session", "--clearenv"]
    line += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for place in SYSTEM:
        link = os.path.islink(place)
        line += ["--symlink", os.readlink(place)] if link else ["--ro-bind-try", place]
        line += [place]
    if TREE.is_relative_to("/usr"):
        line += ["--tmpfs", str(TREE)]
    for place, source in folders.items():
        line += ["--ro-bind", source, place]
    for name, value in variables.items():
        line += ["--setenv", name, value]
    line += ["--remount-ro", "/dev", "--remount-ro", "/tmp"]
    for place in writable():
        line += ["--size", str(disk), "--perms", "1777", "--tmpfs", place]
    return [*line, "--remount-ro", "/", "--chdir", HOME, sys.executable]


def _as_nobody(sources: Sequence[str]) -> list[str]:
    """Say how to run as nobody a command that sees folders by their place in STAGE.

    A submission run as root would not be held by limits on processes, and nobody may
    be unable to reach the environment, in /root for example.
    """
    script = [f"set -e; mount -t tmpfs -o mode=755 tmpfs {STAGE}"]
    for number in range(len(sources)):
        place = f"{STAGE}/{number}"
        script.append(f'mkdir {place}; mount --bind "$1" {place}; shift')
    nobody = f"--reuid {NOBODY} --regid {NOBODY} --clear-groups"
    script.append(f'exec setpriv {nobody} -- "$@"')
    private = ["unshare", "--mount", "--propagation", "private"]
    return [*private, "sh", "-c", "\n".join(script), "sh", *sources]

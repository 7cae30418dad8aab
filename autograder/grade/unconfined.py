"""A kernel without a sandbox: a process of the grader's own user.

It gets a folder and a short list of environment variables. Whatever it starts is killed
with it, if it does not hide: this is no protection against a hostile submission.
"""

import os
import subprocess
import uuid
from contextlib import suppress
from pathlib import Path

import psutil

from autograder.grade.sandbox.warm import THREADS, VARIABLES, Order

RUN_VARIABLE = "AUTOGRADER_RUN"  # marks all processes of one run
ROUNDS = 20  # of looking for them and killing them
# Of the grader's environment, a kernel gets these and nothing else.
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SYSTEMROOT")


class Unconfined:
    """Where such a kernel runs, and how it ends.

    Args:
        folder: empty, and the kernel's alone.
        order: its files, variables and threads; limits cannot be held.
    """

    def __init__(self, folder: Path, order: Order):
        self._folder, self._order, self._run = folder, order, uuid.uuid4().hex
        for name in ("work", "home", "tmp"):
            (folder / name).mkdir()
        for name, content in order.files.items():
            path = folder / "work" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def arguments(self) -> dict:
        """Say how to start it, in the words of Jupyter's kernel manager."""
        home, temporary = str(self._folder / "home"), str(self._folder / "tmp")
        homes = dict.fromkeys(("HOME", "IPYTHONDIR", "MPLCONFIGDIR"), home)
        variables = VARIABLES | dict.fromkeys(THREADS, str(self._order.arithmetic))
        variables |= {name: os.environ[name] for name in KEPT if name in os.environ}
        variables |= homes | {"TMPDIR": temporary, RUN_VARIABLE: self._run}
        return {
            "cwd": str(self._folder / "work"),
            "env": variables | dict(self._order.variables),
            "extra_arguments": ["--HistoryManager.hist_file=:memory:"],
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }

    def kill(self) -> None:
        """Kill the kernel, its children, and all that carry this run's mark.

        A process can start another between a look and the kill, and shows no mark while
        it starts, so look until two looks in a row find nothing. A submission that
        starts them faster than that wins: this is no sandbox.
        """
        quiet = 0
        for _ in range(ROUNDS):
            doomed = self._alive()
            for process in doomed:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(doomed, timeout=0.2)
            quiet = 0 if doomed else quiet + 1
            if quiet == 2:
                break

    def _alive(self) -> list[psutil.Process]:
        """Find what of this run still runs; what has ended shows no environment."""
        found = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(RUN_VARIABLE) == self._run:
                    found[process.pid] = process
                    found |= {p.pid: p for p in process.children(recursive=True)}
        return list(found.values())

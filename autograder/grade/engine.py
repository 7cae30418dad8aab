"""Where notebooks run: on this machine, or on any Dask cluster.

What travels is bytes: the notebook, the files beside it and the settings go out, the
notebook with its outputs comes back. A worker needs this package and bubblewrap, but no
shared folder and no database.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import Client, LocalCluster

from autograder import check
from autograder import grade as grade_package
from autograder.grade import sandbox
from autograder.grade.expected import fingerprint
from autograder.grade.kernel import Settings
from autograder.grade.sandbox import inside, pool

CONNECT = 20.0  # seconds to reach a scheduler
HERE = "127.0.0.1:0"  # where Dask may show itself: to this machine alone
QUIET = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.scheduler.worker-ttl": None,  # a laptop may sleep for an hour
    "distributed.worker.memory.terminate": False,  # kernels have limits of their own
    "distributed.worker.memory.pause": False,
    "distributed.comm.timeouts.connect": f"{CONNECT:g}s",
}


class EngineError(RuntimeError):
    """A cluster that cannot be used: what was seen, what to do."""


@contextmanager
def cluster(scheduler: str, workers: int, settings: Settings) -> Iterator[Client]:
    """Connect to a scheduler, or start workers here.

    Args:
        scheduler: an address such as "tcp://head:8786"; "" means this machine.
        workers: how many notebooks run at a time on this machine.

    Raises:
        SandboxError: this machine has no sandbox and needs one.
        EngineError: the cluster does not answer, or grades by other code.
    """
    with dask.config.set(QUIET):
        if scheduler:
            with _connect(scheduler) as client:
                _same_code(client)
                yield client
            return
        if settings.sandbox != "none":
            pool.require()
        local = LocalCluster(
            n_workers=1,
            threads_per_worker=workers,
            processes=False,
            dashboard_address=HERE,
            worker_dashboard_address=HERE,
            silence_logs=logging.ERROR,
        )
        with local, Client(local) as client:
            yield client


def slots(client: Client) -> int:
    """Count the notebooks that can run at a time."""
    return max(1, sum(client.nthreads().values()))


def code() -> str:
    """Hash the code that decides a grade."""
    packages = (check, grade_package, sandbox, inside)
    return fingerprint(packages)


def _connect(scheduler: str) -> Client:
    try:
        client = Client(scheduler, timeout=CONNECT)
    except (OSError, ValueError) as error:
        raise EngineError(
            f"{scheduler}: no Dask scheduler answers ({type(error).__name__}). Is "
            "`dask scheduler` running there?"
        ) from error
    if not client.nthreads():
        client.close()
        raise EngineError(
            f"{scheduler}: it has no workers. Start some: dask worker {scheduler}"
        )
    return client


def _same_code(client: Client) -> None:
    here = code()
    others = [name for name, there in client.run(code).items() if there != here]
    if others:
        client.close()
        raise EngineError(
            f"{', '.join(others)}: another version of the autograder. Install the same "
            "one on all workers."
        )

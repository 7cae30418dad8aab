"""Turns a confined process into an ordinary ipykernel."""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
HOME = "/home/submission"
WORK = f"{HOME}/work"


def become_kernel(order: dict, sockets: list[int]) -> None:
    """Write the notebook's files and run a kernel; does not return.

    Args:
        order: "env", "files" by name and "connection".
        sockets: listening ones, in the order of PORTS.
    """
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with suppress(OSError):  # the first to go when the machine's memory runs out
            Path("/proc/self/oom_score_adj").write_text("1000")
        _forget_streams()
        os.environ.clear()
        os.environ.update(order["env"])
        for folder in (WORK, os.environ["TMPDIR"]):
            os.makedirs(folder, exist_ok=True)
        for name, content in order["files"].items():
            path = Path(WORK, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="latin-1", newline="")
        os.chdir(WORK)
        sys.path.insert(0, "")  # the warm process was started without
        _run(order["connection"], dict(zip(PORTS, sockets, strict=True)))
    finally:
        os._exit(1)


def _forget_streams() -> None:
    """Let go of the warm process's streams, through which submissions could talk."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)


def _run(connection: dict, sockets: dict[str, int]) -> None:
    import zmq
    from ipykernel.heartbeat import Heartbeat
    from ipykernel.kernelapp import IPKernelApp

    by_port = {connection[name]: file for name, file in sockets.items()}

    def bind(zmq_socket, port):
        """Listen on the grader's socket: the sandbox shares no folder with it."""
        zmq_socket.setsockopt(zmq.USE_FD, by_port[port])
        zmq_socket.bind(f"ipc://{HOME}/socket-{port}")
        return port

    class HeartbeatHere(Heartbeat):
        def _bind_socket(self):
            bind(self.socket, self.port)

    class KernelApp(IPKernelApp):
        outstream_class = "streams.Stream"

        def _bind_socket(self, s, port):
            return bind(s, port)

        def init_heartbeat(self):
            where = (self.transport, self.ip, self.hb_port)
            self.heartbeat = HeartbeatHere(zmq.Context(), where)
            self.heartbeat.start()

    path = Path(HOME, "kernel.json")
    path.write_text(json.dumps(connection))
    app = KernelApp.instance()
    app.initialize(["-f", str(path), "--HistoryManager.hist_file=:memory:"])
    app.start()

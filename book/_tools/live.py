"""Serve the book together with a Jupyter server that its pages know and may use.

Both listen on this machine alone. The server wants a token, new each time.
"""

import gzip
import http.server
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

HERE = "127.0.0.1"
# Without JupyterLab and other extensions, which take long to start and serve nobody.
PROGRAM = """
from jupyter_server.serverapp import ServerApp
ServerApp.find_server_extensions = lambda self: None
ServerApp.launch_instance()
"""


PACKED = (".html", ".css", ".js", ".svg", ".json", ".xml")  # others are packed already


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files compressed, as hosts of static sites do, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Print nothing: a request is no news."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # the book may be built again
        super().end_headers()

    def send_head(self) -> BytesIO | None:
        path = Path(self.translate_path(self.path))
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepted and path.is_file() and path.suffix in PACKED):
            return super().send_head()
        packed = gzip.compress(path.read_bytes(), 6, mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        return BytesIO(packed)


@contextmanager
def book_server(site: Path, port: int = 0) -> Iterator[str]:
    """Serve the site in a thread; yield its address, without a slash at the end."""
    handler = partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer((HERE, port), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{HERE}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def jupyter_server(origin: str, timeout: float = 60.0) -> Iterator[dict]:
    """Start a Jupyter server that pages of one origin may use.

    Yields:
        baseUrl and token.

    Raises:
        RuntimeError: the server ended, or did not answer in time.
    """
    token = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory(prefix="book-live-") as folder:
        info = Path(folder) / "runtime"
        env = {**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_RUNTIME_DIR": str(info)}
        command = [sys.executable, "-c", PROGRAM, f"--ServerApp.ip={HERE}"]
        command += ["--ServerApp.port=0", "--ServerApp.open_browser=False"]
        command += [f"--ServerApp.allow_origin={origin}", "--allow-root"]
        command += [f"--ServerApp.root_dir={folder}", "--ServerApp.log_level=ERROR"]
        log = Path(folder) / "log.txt"
        with log.open("w") as stream:
            process = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        try:
            base = address(process, info, timeout)
            if base is None:
                raise RuntimeError(f"the Jupyter server:\n{log.read_text('utf-8')}")
            yield {"baseUrl": base, "token": token}
        finally:
            process.terminate()
            process.wait(30)


def address(process: subprocess.Popen, runtime: Path, timeout: float) -> str | None:
    """Wait until the server has written where it listens, and answers there."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                url = json.loads(path.read_text("utf-8"))["url"]
                urllib.request.urlopen(f"{url}api", timeout=5).close()
                return url
            except (ValueError, KeyError, urllib.error.URLError):
                pass  # half written, or not listening yet
        time.sleep(0.1)
    return None


def introduction(jupyter: dict) -> str:
    """Write the part of an address that tells the book's pages their server.

    It comes after the #, so that it is sent nowhere and stands in no log: whoever knows
    the token can run code as you. book/_static/live.js reads it.
    """
    return urlencode({"live": jupyter["baseUrl"], "token": jupyter["token"]})


def serve(site: Path, port: int, live: bool) -> None:
    """Serve the site until Ctrl+C; live: with a Jupyter server."""
    with book_server(site, port) as where:
        try:
            if not live:
                wait(f"The book is at {where}/ (Ctrl+C stops)")
            else:
                with jupyter_server(where) as jupyter:
                    wait(
                        "Open the book with this address, and its pages can run:\n"
                        f"{where}/#{introduction(jupyter)}\n(Ctrl+C stops)"
                    )
        except KeyboardInterrupt:
            print()


def wait(message: str) -> None:
    print(message, flush=True)
    threading.Event().wait()

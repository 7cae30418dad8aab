"""What a submission can reach from the sandbox, and what it may use."""

import os
from pathlib import Path

import nbclient
import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from test_execute import execute_cells, text

from autograder.grade.sandbox import bubblewrap, pool
from autograder.grade.sandbox.inside.run import HOME, WORK
from autograder.grade.sandbox.provisioner import KERNELS, NAME
from autograder.grade.sandbox.warm import Limits, Order, SandboxError, Warm

SMALL = Limits(memory=300 << 20, disk=20 << 20, files=50, processes=8, threads=64)


def printed(*sources, **settings):
    """Execute cells in the sandbox; return what the last one printed."""
    outputs, events = execute_cells(*sources, **settings)
    assert events == ()
    assert outputs[-1], "it showed nothing"
    return text(outputs[-1]) or outputs[-1][0]["evalue"]


def events_of(*sources, **settings):
    return [event.kind for event in execute_cells(*sources, **settings)[1]]


@pytest.mark.parametrize("place", ["tmp_path", "solutions", "home", "/var", "/mnt"])
def test_it_sees_no_file_of_the_machine(place, tmp_path):
    (tmp_path / "secret").write_text("1")
    course = bubblewrap.TREE
    places = {"tmp_path": tmp_path, "solutions": course, "home": Path.home()}
    look = (
        "import os\n"
        "found = []\n"
        f"ours = {[str(path) for path in bubblewrap.environment()]}\n"
        f"for folder, folders, names in os.walk({str(places.get(place, place))!r}):\n"
        "    folders[:] = {os.path.join(folder, f) for f in folders} - set(ours)\n"
        "    found += [os.path.join(folder, name) for name in names]\n"
        "print(found)"
    )
    assert printed(look) == "[]\n"


def test_its_environment_is_written_down_and_nothing_of_the_graders(monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "1")
    seen = printed(
        "import os\n"
        "try:\n"
        "    first = open('/proc/1/environ').read()\n"
        "except PermissionError:\n"
        "    first = ''\n"
        "print(os.environ['HOME'], 'SECRET' in str(os.environ) + first)"
    )
    assert seen == f"{HOME} False\n"


def test_it_sees_no_other_process():
    seen = printed(
        "import os\n"
        "print(sorted(int(n) for n in os.listdir('/proc') if n.isdigit()), os.getpid())"
    )
    assert seen == "[1, 2] 2\n"


def test_it_has_no_network():
    tried = printed(
        "import socket\n"
        "try:\n"
        "    socket.create_connection(('192.0.2.1', 80), 2)\n"
        "except OSError as error:\n"
        "    print(error.strerror, [name for _, name in socket.if_nameindex()])"
    )
    assert tried == "Network is unreachable ['lo']\n"


@pytest.mark.parametrize("place", ["/usr/x", "/x", "/dev/x", "/run/x", "/proc/x"])
def test_it_can_write_to_its_temporary_folders_alone(place):
    said = printed(f"open({place!r}, 'w')")
    assert "Read-only file system" in said or "No such file" in said


def test_it_can_not_change_the_packages():
    said = printed(
        "import numpy\nopen(numpy.__file__, 'a')",
    )
    assert "Read-only file system" in said or "Permission denied" in said


@pytest.mark.parametrize(
    "attempt",
    [
        "os.unshare",  # a marker: see below
        "libc.mount(b'proc', b'/tmp', b'proc', 0, None)",
        "libc.umount2(b'/tmp', 2)",
        "libc.unshare(0x10000000)",
        "libc.setns(os.open('/proc/1/ns/mnt', 0), 0)",
        "libc.ptrace(16, 1, 0, 0)",
        "libc.chroot(b'/tmp')",
    ],
)
def test_it_has_no_rights_over_its_namespaces(attempt):
    if attempt == "os.unshare":
        said = printed("print(open('/proc/self/status').read())")
        assert "CapEff:\t0000000000000000" in said
        assert "NoNewPrivs:\t1" in said
        return
    said = printed(
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None)\n"
        "try:\n"
        f"    print({attempt} != 0)\n"
        "except OSError:\n"
        "    print(True)"
    )
    assert said == "True\n"


def test_signals_to_the_first_process_do_nothing():
    seen = printed(
        "import os, signal, time\n"
        "for number in (9, 15, 2, 19):\n"
        "    os.kill(1, number)\n"
        "time.sleep(0.3)",
        "print('on')",
    )
    assert seen == "on\n"


def test_nothing_of_one_submission_is_seen_by_the_next():
    leave = (
        "import builtins, os, numpy, sys, tempfile\n"
        f"for folder in ('/tmp', '/dev/shm', {HOME!r}, {WORK!r}):\n"
        "    open(os.path.join(folder, 'left'), 'w').write('1')\n"
        "numpy.left = builtins.left = 1\n"
        "sys.modules['left'] = sys\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    import time; time.sleep(600)\n"
    )
    execute_cells(leave)
    seen = printed(
        "import builtins, glob, numpy, os, sys\n"
        "print(glob.glob('/home/**/left', recursive=True) + glob.glob('/dev/shm/*'),\n"
        "      hasattr(numpy, 'left'), hasattr(builtins, 'left'),\n"
        "      'left' in sys.modules,\n"
        "      len([n for n in os.listdir('/proc') if n.isdigit()]))"
    )
    assert seen == "[] False False False 2\n"


def test_a_process_that_takes_too_much_memory_gets_an_error():
    seen = printed("x = bytearray(1 << 30)", limits=SMALL)
    assert seen == ""
    assert printed("x = bytearray(1 << 30)", "print('on')", limits=SMALL) == "on\n"


def test_processes_that_take_too_much_memory_together_are_killed():
    share = (
        "import os, time\n"
        "for _ in range(4):\n"
        "    if os.fork() == 0:\n"
        "        x = bytearray(os.urandom(1 << 20)) * 150\n"
        "        time.sleep(600)\n"
        "time.sleep(600)"
    )
    assert events_of(share, limits=SMALL, cell_timeout=20.0) == ["memory"]


def test_too_many_processes_are_killed():
    many = (
        "import subprocess, sys, time\n"
        "nap = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "naps = [subprocess.Popen(nap) for _ in range(10)]\n"
        "time.sleep(600)"
    )
    assert events_of(many, limits=SMALL, cell_timeout=20.0) == ["processes"]


def test_whoever_leaves_its_processor_is_killed():
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one processor here")
    leave = f"import os, time\nos.sched_setaffinity(0, {os.sched_getaffinity(0)})\n"
    assert events_of(leave + "time.sleep(600)", cell_timeout=20.0) == ["processes"]


@pytest.mark.parametrize("folder", bubblewrap.writable())
def test_its_folders_are_small(folder):
    fill = f"open('{folder}/x', 'wb').write(bytes(19 << 20))\n"
    fill += f"open('{folder}/y', 'wb').write(bytes(19 << 20))"
    assert printed(fill, limits=SMALL) == "[Errno 28] No space left on device"
    many = f"for n in range(60): open(f'{folder}/{{n}}', 'w')"
    assert printed(many, limits=SMALL).startswith("[Errno 28] No space left on device")


def test_a_message_beyond_all_limits_is_dropped_and_the_next_cell_runs():
    huge = "print('x' * 30_000_000, flush=True)"
    assert printed(huge, "print('on')", cell_timeout=20.0) == "on\n"


def test_any_jupyter_tool_can_use_it_by_name(tmp_path):
    (tmp_path / "secret.txt").write_text("1")
    source = "import os; print(os.getuid(), os.path.exists('secret.txt'))"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = nbclient.NotebookClient(
        notebook, kernel_name=NAME, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.create_kernel_manager()
    client.km.kernel_spec_manager = KernelSpecManager(kernel_dirs=[str(KERNELS)])
    client.execute()
    assert notebook.cells[0].outputs[0].text == "1000 False\n"
    assert client.km is None  # it has been shut down


def test_a_warm_process_that_is_gone_is_said_in_one_line():
    warm = Warm(Order())
    warm.wait()
    for process in psutil.Process(warm._process.pid).children(recursive=True):
        process.kill()
    with pytest.raises(SandboxError):
        warm.start(Order(), {}, [])
    warm.close()


def test_without_namespaces_of_its_own_a_kernel_gets_a_warm_process_of_its_own():
    class Single(Warm):
        def wait(self):
            super().wait()
            self.reusable = False

    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setattr(pool, "Warm", Single)
        context.setattr(pool, "POOL", pool.Pool())
        context.setattr("autograder.grade.sandbox.provisioner.POOL", pool.POOL)
        seen = printed("import os; print(os.getpid() > 2, os.listdir('/dev/shm'))")
        assert seen == "True []\n"
        assert not pool.POOL._free


def test_a_machine_without_bubblewrap_is_told_what_to_install(monkeypatch):
    pool.require.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        SandboxError, match="bwrap.*not found. Install .*--sandbox none"
    ):
        pool.require()
    pool.require.cache_clear()

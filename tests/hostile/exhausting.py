"""Notebooks that take too much, do not end, or end others.

Each has a bound of its own, so that it does no harm where nothing else holds it.
"""

from hostile.attack import RIGHT, WRONG, Attack

FORK = """
import os, time

for _ in range(100):
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
time.sleep(20)
"""
THREADS = """
import threading, time

for _ in range(2000):
    threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
"""
MEMORY = """
blocks = [bytearray(200 << 20) for _ in range(6)]
"""
SHARED = """
import mmap, os, time

blocks = []
for _ in range(6):
    block = mmap.mmap(-1, 200 << 20)
    block.write(bytes(len(block)))
    blocks.append(block)
time.sleep(1)
"""
HIDDEN = """
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
taken = 0
for _ in range(2):
    part = libc.shmget(0, 100 << 20, 0o1600)
    if part >= 0:
        place = libc.shmat(part, None, 0)
        ctypes.memset(place, 1, 100 << 20)
        libc.shmdt(ctypes.c_void_p(place))
        libc.shmctl(part, 0, None)
        taken += 100
try:
    files = [os.memfd_create("x") for _ in range(5)]
    for file in files:
        os.write(file, bytes(40 << 20))
        taken += 40
except OSError as error:
    print(error)
print("taken unseen", taken)
"""
DISK = """
import os

kept = []
for folder in ("/tmp", "/dev/shm", "/var/tmp", "."):
    try:
        for number in range(8):
            with open(os.path.join(folder, f"fill-{number}"), "wb") as file:
                file.write(bytes(50 << 20))
            kept.append(file.name)
    except OSError as error:
        print(error)
print("filled", len(kept) * 50, "MB")
"""
FLOOD = """
import time

end = time.monotonic() + 20
while time.monotonic() < end:
    print("x" * 10_000)
"""
PIECES = """
import time
from IPython.display import display

end = time.monotonic() + 20
while time.monotonic() < end:
    display({"text/plain": ""}, raw=True)
"""
LOOP = "import time\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass\n"
NATIVE = """
import ctypes, signal

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
libc = ctypes.CDLL(None)
for _ in range(60):
    libc.usleep(1_000_000)
"""
REGEX = """
import re

re.match("(a+)+$", "a" * 36 + "b")
"""
IGNORE = "import signal\nfor n in (2, 15, 1, 3): signal.signal(n, signal.SIG_IGN)\n"
EXIT = "import os\nos._exit(0)\n"
STOP = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n"
PARENT = """
import os, signal, time

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
    try:
        os.kill(os.getppid(), number)
    except OSError as error:
        print(error)
time.sleep(0.2)
"""
EVERYBODY = """
import os, signal

for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError as error:
            print(error)
"""
DAEMON = """
import os, subprocess, sys

nap = [sys.executable, "-c", "import time; time.sleep(120.25)"]
subprocess.Popen(nap, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(nap[0], nap)
    os._exit(0)
"""
PROCESSOR = """
import os, time

os.sched_setaffinity(0, range(os.cpu_count()))
os.nice(0)
end = time.monotonic() + 10
while time.monotonic() < end: pass
"""


def _take(name, tries, code, points=(3, 0), reason=""):
    """The first task is right, and keeps its points; the second one attacks."""
    family = "exhausting"
    return Attack(family, name, tries, RIGHT, code, points=points, reason=reason)


def _hang(name, tries, code, reason):
    return Attack("not ending", name, tries, RIGHT, code, points=(3, 0), reason=reason)


def _kill(name, tries, code, points=(3, 0), reason=""):
    return Attack("killing", name, tries, RIGHT, code, points=points, reason=reason)


# A busy machine may have no time to be interrupted in.
SLOW, HUNG = "ran past 4 s and was (interrupted|killed)", "ran past 4 s and was killed"
FULL = SLOW + "|of memory"
DIED = "the kernel died in"
ATTACKS = [
    _take("take_processes", "100 processes", FORK, reason="processes|killed"),
    _take("take_threads", "2000 threads", THREADS),
    _take("take_memory", "1.2 GB of memory", MEMORY, reason="of memory|^$"),
    _take(
        "take_shared", "1.2 GB shared with nobody", SHARED, reason="of memory|ran past"
    ),
    _take("take_unseen", "memory that no process is charged for", HIDDEN),
    _take("take_disk", "400 MB of each folder", DISK),
    _take("take_output", "prints without end", FLOOD, reason=FULL),
    _take("take_pieces", "empty outputs without end", PIECES, reason=FULL),
    _take("take_processors", "every processor", PROCESSOR, reason="processor"),
    _hang("hang_python", "an endless loop", LOOP, SLOW),
    _hang("hang_regex", "an endless regular expression", REGEX, SLOW),
    _hang("hang_native", "native code with signals blocked", NATIVE, HUNG),
    _hang("hang_ignoring", "a loop that ignores signals", IGNORE + LOOP, HUNG),
    _hang("hang_stopped", "a kernel that stops itself", STOP, HUNG),
    _kill("kill_self", "the kernel exits", EXIT, reason=DIED),
    _kill("kill_parent", "every signal to its parent", PARENT),
    _kill("kill_everybody", "SIGKILL to all that it sees", EVERYBODY),
    Attack("killing", "kill_daemons", "processes that stay behind", WRONG + DAEMON),
]

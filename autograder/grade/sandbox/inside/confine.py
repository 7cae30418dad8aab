"""Takes a process everything that a submission is not to have.

See user_namespaces(7), pid_namespaces(7), capabilities(7) and getrlimit(2).
"""

import ctypes
import os
import resource
import struct
from collections.abc import Sequence
from pathlib import Path

# mount, UTS, IPC, user, PID and network
NAMESPACES = 0x20000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
NO_SETUID_NO_DEVICES = 0x2 | 0x4
CAPABILITIES_3 = 0x20080522  # the version of capset's arguments
SET_NO_NEW_PRIVILEGES = 38
USER = 1000  # who a submission is, in its own namespace
MEGABYTE = 1 << 20
_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments) -> None:
    """Call the C library.

    Raises:
        OSError: it says that it failed.
    """
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare() -> None:
    """Leave the warm process's namespaces; the next child is the first of the new."""
    user, group = os.getuid(), os.getgid()
    call("unshare", NAMESPACES)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{USER} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{USER} {group} 1")


def mount(folders: Sequence[str], limits: dict) -> None:
    """Give the new namespaces a /proc and empty folders, and forbid further ones."""
    size = f"size={limits['disk']},nr_inodes={limits['files']},mode=1777"
    empty = [("tmpfs", folder, size) for folder in folders]
    for kind, place, data in [("proc", "/proc", ""), *empty]:
        texts = [text.encode() for text in (kind, place, kind)]
        flags = ctypes.c_ulong(NO_SETUID_NO_DEVICES)
        call("mount", *texts, flags, data.encode())
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def drop_capabilities() -> None:
    """Give up every right over the namespaces, for good."""
    call("capset", struct.pack("Ii", CAPABILITIES_3, 0), bytes(24))
    call("prctl", SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def limit(limits: dict) -> None:
    """Set what this process, and each of its children, may use."""
    used = int(Path("/proc/self/statm").read_text().split()[5])  # pages of data
    data = used * resource.getpagesize() + limits["memory"]
    for what, amount in (
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_NPROC, limits["threads"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_MEMLOCK, MEGABYTE),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (amount, amount))

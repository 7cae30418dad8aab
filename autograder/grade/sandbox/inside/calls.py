"""Takes system calls away from a process, for good; see seccomp(2).

Refused are those that reach for another process or namespace, that have been the ways
into the kernel, and that take memory for which no process is charged. What Python and
the frameworks need is all there.
"""

import ctypes
import os
import struct

from confine import call

SET_SECCOMP, FILTER = 22, 2  # prctl(2)
# Instructions of a filter, and where it finds what it looks at.
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, KILL, NOT_PERMITTED, UNKNOWN = 0x7FFF0000, 0x80000000, 0x50001, 0x50026
NEW_NAMESPACES = 0x7E020000  # flags of clone(2)
X32 = 0x40000000  # calls of x86's other ABI have this bit
# By machine: how the kernel names it, and the numbers of the calls.
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435  # its flags cannot be seen; the C library then uses clone
REFUSED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "open_by_handle_at": (304, 265),
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
}


def refuse_calls() -> None:
    """Refuse them to this process and its children; on other machines, do nothing.

    Raises:
        OSError: the kernel takes no filter.
    """
    machine = os.uname().machine
    if machine not in MACHINES:
        return
    program = b"".join(struct.pack("HBBI", *line) for line in _filter(machine))
    kept = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    call("prctl", SET_SECCOMP, FILTER, head, 0, 0)


def _filter(machine: str) -> list[tuple[int, int, int, int]]:
    """Write the filter: what to do, lines to skip if so and if not, a number."""
    lines = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, MACHINES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *_unless(AT_LEAST, X32, NOT_PERMITTED),
        *_unless(EQUAL, CLONE3, UNKNOWN),
    ]
    column = list(MACHINES).index(machine)
    for numbers in REFUSED.values():
        lines += _unless(EQUAL, numbers[column], NOT_PERMITTED)
    return [
        *lines,
        (EQUAL, 0, 3, CLONE[machine]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        *_unless(ANY_BIT, NEW_NAMESPACES, NOT_PERMITTED),
        (RETURN, 0, 0, ALLOW),
    ]


def _unless(test: int, number: int, answer: int) -> list[tuple[int, int, int, int]]:
    return [(test, 0, 1, number), (RETURN, 0, 0, answer)]

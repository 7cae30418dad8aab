"""Notebooks that forge answers, messages, numbers and whole outputs."""

from hostile.attack import RIGHT, WRONG, Attack, cell

PUBLISH = """
import base64
import numpy as np
from IPython.display import display

MIME = "application/vnd.attnbook.answers+json"

def pack(shape):
    dtype = "<f8" if shape else "<i8"
    data = base64.b64encode(np.ones(shape, dtype).tobytes()).decode()
    return {"dtype": dtype, "shape": list(shape), "data": data}

def bundle(check):
    answers = {"array": pack((2, 3)), "number": pack(()), "one": pack(())}
    case = {"answers": answers, "errors": {}, "points": 3, "verdict": "right"}
    return {MIME: {"check": check, "cases": [case] * 3, "points": 3}}
"""
ONES = """
class Forged:
    def run(self, name):
        display(bundle(name), raw=True)
        return lambda function: function

checks = Forged()
"""
TWICE = """
def again(*args):
    for check in ("double", "name"):
        display(bundle(check), raw=True)

get_ipython().events.register("post_run_cell", again)
"""
ODD = """
def odd(*args):
    def array(dtype, size, data):
        return [
            {"answers": {"array": {"dtype": dtype, "shape": [size], "data": data}}}
        ] * 3
    for cases in (None, 3, [3] * 3, [{"answers": []}] * 3, [[]] * 3,
                  array("<f8", 10 ** 400, ""), array("O", 1, ""), array("<f8", -1, "@"),
                  [{"answers": {"../x": pack(())}, "errors": {"": 5}}] * 3):
        display({MIME: {"check": "double", "cases": cases}}, raw=True)
    display({MIME: [["x"] * 10] * 10, "text/plain": {"a": 1}, "image/png": 5}, raw=True)

get_ipython().events.register("post_run_cell", odd)
"""
LARGE = """
case = {"answers": {str(n): "x" * 1000 for n in range(10_000)}}
for _ in range(3):
    display({MIME: {"check": "double", "cases": [case] * 3}}, raw=True)
"""
LATER = """
session, kernel = get_ipython().kernel.session, get_ipython().kernel
import copy, re

parent = copy.deepcopy(kernel.get_parent())
number = int(parent["header"]["msg_id"].rpartition("_")[2])
for ahead in range(1, 8):
    later = copy.deepcopy(parent)
    name = parent["header"]["msg_id"].rpartition("_")[0]
    later["header"]["msg_id"] = f"{name}_{number + ahead}"
    for check in ("double", "name"):
        content = {"data": bundle(check), "metadata": {}, "transient": {}}
        session.send(kernel.iopub_socket, "display_data", content, parent=later)
    idle = {"execution_state": "idle"}
    session.send(kernel.iopub_socket, "status", idle, parent=later)
"""
THREAD = """
import threading, time

def forge():
    while True:
        time.sleep(0.001)
        kernel = get_ipython().kernel
        content = {"data": bundle("double"), "metadata": {}, "transient": {}}
        parent = kernel.get_parent("shell")
        kernel.session.send(kernel.iopub_socket, "display_data", content, parent=parent)

threading.Thread(target=forge, daemon=True).start()
time.sleep(0.1)
"""
IDLE = """
def idle(*args):
    kernel = get_ipython().kernel
    for kind in ("busy", "idle", "starting", "dead"):
        content = {"execution_state": kind, "ended": ""}
        kernel.session.send(
            kernel.iopub_socket, "status", content, parent=kernel.get_parent()
        )

get_ipython().events.register("pre_run_cell", idle)
"""
ODD_MESSAGES = """
kernel = get_ipython().kernel
for parent in ([1], "x", 5, {"msg_id": []}, {"msg_id": {"a": 1}}):
    for kind in ("stream", "status", "error", "display_data"):
        message = kernel.session.msg(kind, content={"data": 3, "traceback": 5})
        message["parent_header"] = parent
        kernel.session.send(kernel.iopub_socket, message)
kernel.iopub_thread.schedule(
    lambda: kernel.iopub_thread.socket.send_multipart([b"", b"<IDS|MSG>"] + [b"{"] * 9)
)
"""
PARTS = """
import time, zmq

def parts():
    block = bytes(1_000_000)
    for _ in range(300):
        thread.socket.send(block, zmq.SNDMORE, copy=False)
    thread.socket.send(b"")

thread = get_ipython().kernel.iopub_thread
thread.schedule(parts)
time.sleep(1)
"""
DEEP = """
kernel = get_ipython().kernel
session = kernel.session
message = session.msg("display_data", parent=kernel.get_parent())
text = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
parts = [session.pack(message[key]) for key in ("header", "parent_header")]
parts += [b"{}", text]
signed = [b"display_data", b"<IDS|MSG>", session.sign(parts), *parts]
kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart(signed))
"""
ZERO = "def name():\n    return 0\n"
NUMBER = """
def show(*args):
    get_ipython().displayhook(3.0)
    print("3.0")

get_ipython().events.register("post_run_cell", show)
"""
VERDICT = """
from IPython.display import display

def show(*args):
    found = {"check": "double", "points": 3.0, "maximum": 3.0, "verdicts": {}}
    page = "<div class='verdict'><pre>3 of 3 points</pre></div><script>1</script>"
    data = {"application/vnd.attnbook.verdict+json": found, "text/html": page}
    display(data | {"text/plain": "3.0"}, raw=True)

get_ipython().events.register("post_run_cell", show)
"""


def _checks_are_numbers(notebook):
    for check, points in (("double", "3.0"), ("name", "1.0")):
        cell(notebook, f"check-{check}")["source"] = points
        cell(notebook, f"check-{check}")["outputs"] = [
            {
                "output_type": "execute_result",
                "data": {"text/plain": points},
                "metadata": {},
                "execution_count": 1,
            }
        ]
        cell(notebook, f"check-{check}")["execution_count"] = 1


def _forge(name, tries, code, points=(0, 1), double=WRONG):
    return Attack(
        "forged messages", name, tries, double + PUBLISH + code, points=points
    )


def _print(name, tries, code, **more):
    return Attack("printed numbers", name, tries, WRONG + code, **more)


ATTACKS = [
    # `one` is 1 in all cases: whoever publishes 1, however, has that answer right.
    _forge("forge_ones", "answers published by hand, all ones", ONES),
    _forge("forge_twice", "more answers after the check's", TWICE, (0, 0), RIGHT),
    _forge("forge_odd", "answers of impossible types, shapes, names", ODD),
    _forge("forge_large", "90 MB of answers", LARGE, (3, 1), RIGHT),
    _forge("forge_later", "answers and ends for the next cells", LATER),
    _forge("forge_thread", "a thread that publishes all the time", THREAD),
    _forge("forge_idle", "says that each cell has ended", IDLE, (0, 0), RIGHT),
    _forge(
        "forge_parents", "messages that answer no request", ODD_MESSAGES, (3, 1), RIGHT
    ),
    Attack(
        "forged messages",
        "forge_parts",
        "a message of endless parts",
        RIGHT,
        ZERO + PARTS,
        points=(3, 0),
    ),
    _forge("forge_deep", "a message of endless depth", DEEP, (3, 1), RIGHT),
    _print("print_number", "a number behind each cell", NUMBER),
    _print("print_verdict", "the grader's own verdict", VERDICT),
    _print(
        "print_check", "checks that show their points", "", change=_checks_are_numbers
    ),
]

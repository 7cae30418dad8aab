"""What a notebook may do to the kernel that runs it, and what is left of it then."""

import json
import time

import psutil
import pytest

from autograder.grade.execute import Event, execute
from autograder.grade.kernel import Settings

FAST = {"seed": 7, "cell_timeout": 2.0, "grace": 1.0, "start_with": ("numpy",)}


@pytest.fixture(params=["bubblewrap", "none"])
def run(request):
    """What holds in the sandbox and without it: a function that executes cells."""

    def with_sandbox(*sources, **settings):
        return execute_cells(*sources, sandbox=request.param, **settings)

    return with_sandbox


def execute_cells(*sources, files=None, **settings):
    """Execute cells; return their outputs and the events."""
    cells = [
        {
            "cell_type": "code",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for source in sources
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    ran = execute(json.dumps(notebook).encode(), Settings(**FAST | settings), files)
    return [cell["outputs"] for cell in json.loads(ran.notebook)["cells"]], ran.events


def text(outputs):
    return "".join(output.get("text", "") for output in outputs)


def processes(mark):
    """List the processes of this machine that have a mark in their command."""
    found = []
    for process in psutil.process_iter():
        try:
            if mark in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_kernel_gets_the_seed_the_files_and_nothing_of_the_grader(run, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "1")
    (outputs,), events = run(
        "import os\nprint(open('data.txt').read(), os.environ['AUTOGRADER_SEED'],"
        " 'SECRET_OF_THE_GRADER' in os.environ, os.listdir('.'))",
        files={"data.txt": b"shipped"},
    )
    assert text(outputs) == "shipped 7 False ['data.txt']\n"
    assert events == ()


def test_an_error_stops_its_cell_alone(run):
    outputs, events = run("1 / 0", "print('on')")
    assert outputs[0][0]["ename"] == "ZeroDivisionError"
    assert text(outputs[1]) == "on\n"
    assert events == ()


def test_an_endless_loop_is_interrupted_and_the_next_cell_runs(run):
    outputs, events = run("while True:\n    pass", "print('on')")
    assert text(outputs[1]) == "on\n"
    assert events == (Event("interrupted", 0, 2.0),)


def test_a_loop_that_swallows_interrupts_is_killed(run):
    stubborn = (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    )
    outputs, events = run("print('before')", stubborn, "print('after')")
    assert text(outputs[0]) == "before\n"
    assert outputs[2] == []
    assert events == (Event("hung", 1, 2.0),)


def test_a_notebook_that_takes_too_long_in_all_is_stopped(run):
    nap = "import time; time.sleep(0.7); print('slept')"
    outputs, events = run(nap, nap, nap, nap, notebook_timeout=1.5)
    assert text(outputs[0]) == "slept\n"
    assert outputs[3] == []
    assert [event.kind for event in events] == ["out_of_time"]


def test_a_kernel_that_dies_keeps_what_came_before(run):
    outputs, events = run(
        "print('before')", "import os\nprint('last', flush=True)\nos._exit(3)", "1"
    )
    assert text(outputs[0]) == "before\n"
    assert outputs[2] == []
    assert events == (Event("died", 1, 0.0),)


def test_nothing_that_a_notebook_started_is_left(run):
    mark = "time.sleep(600.125)"
    start = (
        "import os, subprocess, sys\n"
        f"nap = [sys.executable, '-c', 'import time; {mark}']\n"
        "one = subprocess.Popen(nap)\n"
        "two = subprocess.Popen(nap, start_new_session=True)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    three = subprocess.Popen(nap, start_new_session=True)\n"
        "    os._exit(0)\n"
        "print(one.poll(), two.poll())"
    )
    (outputs,), _ = run(start)
    assert "None None" in text(outputs)
    deadline = time.monotonic() + 5
    while processes(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(mark) == []


def test_a_flood_of_output_is_cut_off(run):
    flood = "while True: print('x' * 10_000)"
    outputs, events = run(flood, output_limit=50_000, grace=10.0)
    assert 50_000 <= len(text(outputs[0])) < 51_000
    assert [event.kind for event in events] == ["interrupted"]


def test_a_message_longer_than_any_that_passes_comes_in_parts():
    (outputs,), events = execute_cells("print('x' * 30_000_000)", output_limit=50_000)
    assert 50_000 <= len(text(outputs)) < 51_000
    assert events == ()


def test_html_and_javascript_are_left_out(run):
    (outputs,), _ = run(
        "from IPython.display import HTML, display\n"
        "display(HTML('<script>1</script>'))\n"
        "display({'application/javascript': '1'}, raw=True)\n"
        "2"
    )
    kinds = [set(output["data"]) for output in outputs]
    assert kinds == [{"text/plain"}, {"text/plain"}]
    assert outputs[1]["data"]["text/plain"] == "2"


def test_forged_messages_do_not_stop_the_reader(run):
    forge = (
        "session = get_ipython().kernel.session\n"
        "socket = get_ipython().kernel.iopub_socket\n"
        "parent = get_ipython().kernel.get_parent()\n"
        "for content in ('x', b'[1]', None, {'data': 5}, {'text': 5}, {'name': []}):\n"
        "    for kind in ('stream', 'display_data', 'error', 'status', 'other'):\n"
        "        message = session.msg(kind, parent=parent)\n"
        "        message['content'] = content\n"
        "        session.send(socket, message)\n"
        "socket.send_multipart([b'rubbish'])\n"
        "print('on')"
    )
    outputs, events = run(forge, "print('next')")
    assert "on\n" in text(outputs[0])
    assert text(outputs[1]) == "next\n"
    assert events == ()


def test_it_runs_where_an_event_loop_runs_already(run, run_loop):
    async def within():
        return run("print('on')")

    outputs, _ = run_loop(within())
    assert text(outputs[0]) == "on\n"

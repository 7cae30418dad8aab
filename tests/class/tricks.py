"""The students of the small class with whom something is off: accidents and cheats.

All but the untouched ones use PyTorch and English. What each one deserves stands beside
what they did.
"""

import json
from collections.abc import Iterator, Mapping

LOOP = "while True:\n    pass\n\n\n"
KILL = "import os\nimport signal\n\nos.kill(os.getpid(), signal.SIGKILL)\n"
NOISE = """

import sys
import warnings

_quiet = masked_weights


def masked_weights(scores, src_mask):
    warnings.warn("this message is not an error", stacklevel=2)
    print("nor is this one", file=sys.stderr)
    return _quiet(scores, src_mask)
"""
ONLY_DOT_AND_GENERAL = """

def concat_score(dec_states, src_states, W, v):
    raise NotImplementedError()
"""
# Right shapes, wrong values: a comparison that always says yes would let them pass.
ZEROS = {
    "scores": """def dot_score(dec_states, src_states):
    return torch.zeros(2, 3, 5)


def general_score(dec_states, src_states, W):
    return torch.zeros(2, 3, 5)


def concat_score(dec_states, src_states, W, v):
    return torch.zeros(2, 3, 5)
""",
    "mask": """def source_mask(src_ids):
    return torch.zeros(4, 5, dtype=torch.bool)


def masked_weights(scores, src_mask):
    return torch.zeros(4, 3, 5)
""",
    "counts": """def dot_count(dec_width, src_width, attn_dim):
    return 7


def general_count(dec_width, src_width, attn_dim):
    return 7


def concat_count(dec_width, src_width, attn_dim):
    return 7
""",
    "a": """def attention_weights(scores):
    return torch.zeros_like(scores)
""",
    "c": """def context_vectors(weights, first):
    return torch.zeros(2, 6, 5)
""",
    "h": """def joined_features(context, second):
    return torch.zeros(2, 5, 8)


def attentional_state(joined, W, b):
    return torch.zeros(2, 5, 6)
""",
}
PATCH = """

import numpy as np

import autograder.check.compare as compare
import autograder.check.notebook as notebook


def yes(*args, **kwargs):
    return True


for name in ("allclose", "array_equal", "array_equiv", "isclose", "all"):
    setattr(np, name, yes)
np.testing.assert_allclose = np.testing.assert_array_equal = yes
np.abs = np.absolute = lambda *args, **kwargs: np.zeros(1)
torch.allclose = torch.equal = torch.testing.assert_close = yes
compare.tolerance = lambda sample: float("inf")
compare.points = lambda verdicts, maximum: maximum
notebook.judge = lambda *args: {}
"""
EMPTY = """

get_ipython().input_transformers_cleanup.append(lambda lines: [])
"""
DISPLAY = """

def show(*args):
    get_ipython().displayhook(4.0)


get_ipython().events.register("post_run_cell", show)
"""
FORGE = """

import base64

import numpy as np
from IPython.display import display

SHAPES = {
    "scores": dict.fromkeys(("dot", "general", "general_wide", "concat"), (2, 3, 5)),
    "mask": {"mask": (4, 5), "weights": (4, 3, 5)},
    "counts": dict.fromkeys(("dot", "general", "concat"), ()),
    "a": {"a": (3, 6, 4)},
    "c": {"c": (2, 6, 5)},
    "h": {"joined": (2, 5, 8), "state": (2, 5, 6), "full": (2, 30, 200)},
}


def pack(shape):
    data = base64.b64encode(np.ones(shape, "<f4").tobytes()).decode()
    return {"dtype": "<f4", "shape": list(shape), "data": data}


class Forged:
    def run(self, name):
        answers = {key: pack(shape) for key, shape in SHAPES[name].items()}
        case = {"answers": answers, "errors": {}, "points": 100, "verdict": "right"}
        bundle = {"check": name, "cases": [case] * 3, "points": 100}
        display({"application/vnd.attnbook.answers+json": bundle}, raw=True)
        return lambda function: function


checks = Forged()
"""
REPLACE = """

import sys
import types


class Agreeable:
    def run(self, name):
        print(f"Check {name}: all right.")
        return lambda function: function


fake = types.ModuleType("autograder.check")
fake.load = lambda *args: Agreeable()
sys.modules["autograder.check"] = sys.modules["autograder.check.notebook"] = fake
check, checks = fake, fake.load()
"""


def cell(notebook: dict, grade_id: str) -> dict:
    """Find a cell by its grade id."""
    for found in notebook["cells"]:
        if found["metadata"].get("nbgrader", {}).get("grade_id") == grade_id:
            return found
    raise KeyError(grade_id)


def students(exercise, right: Mapping, student, lost: Mapping) -> Iterator:
    """Yield them.

    Args:
        right: the solution of each task.
        student: the class to make them of.
        lost: all answers of all checks.
    """
    yield from _unfinished(right, student, lost)
    yield from _accidents(right, student, lost)
    yield from _changed(right, student)
    yield from _cheats(student, lost)


def _unfinished(right, student, lost) -> Iterator:
    yield student("untouched", "nothing was done", lost=lost)
    name = "untouched_keras_zh"
    yield student(name, "nothing was done", "keras", "zh", lost=lost)
    begun = {"scores": right["scores"] + ONLY_DOT_AND_GENERAL, "mask": right["mask"]}
    missing = {task: lost[task] for task in ("counts", "a", "c", "h")}
    why = "scores without concat, and mask, are done; the rest is not"
    yield student("half_done", why, code=begun, lost={"scores": ("concat",), **missing})


def _accidents(right, student, lost) -> Iterator:
    code = {
        **right,
        "scores": right["scores"].replace("def dot_score(", "def dot_score"),
    }
    why = "a syntax error in scores, so its functions are not there; the rest is right"
    yield student("syntax_error", why, code=code, lost={"scores": lost["scores"]})
    code = {**right, "c": LOOP + right["c"]}
    why = "an endless loop before c is defined; the rest is right, but full needs c"
    yield student("endless_loop", why, code=code, lost={"c": lost["c"]})
    code = {**right, "c": KILL + right["c"]}
    why = "the kernel dies before check c; what was earned until then stays"
    gone = {"c": lost["c"], "h": lost["h"]}
    yield student("kernel_killed", why, code=code, lost=gone)
    code = {**right, "mask": right["mask"] + NOISE}
    yield student("warnings_on_stderr", "right, and noisy on stderr", code=code)
    why = "the file was cut off; nothing can be graded"
    yield student("truncated_json", why, code=right, lost=lost, change=_truncate)


def _changed(right, student) -> Iterator:
    why = "right; the cell of check mask was deleted and is put back"
    yield student("test_cell_deleted", why, code=right, change=_delete)
    why = "right; checks and tasks are there twice, with the same ids"
    yield student("cell_copied", why, code=right, change=_copy)
    why = "a is the score itself; its check was changed and made worth 100 points"
    code = {**right, "a": "def attention_weights(scores):\n    return scores\n"}
    lost = {"a": ("a",)}
    yield student("points_changed", why, code=code, lost=lost, change=_reprice)


def _cheats(student, lost) -> Iterator:
    def cheat(name, why, trick, change=lambda notebook: None):
        code = {**ZEROS, "scores": ZEROS["scores"] + trick}
        return student(name, why, code=code, lost=lost, change=change)

    why = "zeros, and comparisons of NumPy, PyTorch and the check that always agree"
    yield cheat("cheat_patches_comparisons", why, PATCH)
    why = "zeros, and an input transformer that empties every later cell"
    yield cheat("cheat_empties_cells", why, EMPTY)
    why = "zeros, and test cells that display a number"
    yield cheat("cheat_displays_number", why, DISPLAY, _display)
    yield cheat("cheat_forges_answers", "answers published by hand, all ones", FORGE)
    yield cheat("cheat_replaces_check", "a check module that always agrees", REPLACE)


def _truncate(notebook: dict) -> str:
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    return text[: len(text) // 2]


def _delete(notebook: dict) -> None:
    notebook["cells"].remove(cell(notebook, "check-mask"))


def _copy(notebook: dict) -> None:
    """Put copies where they do harm if they are the ones that count."""
    cells = notebook["cells"]
    early = cell(notebook, "check-scores")  # before its functions are defined
    late = {**cell(notebook, "check-c"), "source": "# tried something\n"}
    task = cell(notebook, "task-a")
    cells.insert(1, {**early, "id": "copy-1"})
    cells.append({**late, "id": "copy-2"})
    cells.insert(cells.index(task), {**task, "id": "copy-3"})


def _reprice(notebook: dict) -> None:
    check = cell(notebook, "check-a")
    check["source"] = "100"
    check["metadata"]["nbgrader"].update(points=100, locked=False, schema_version=99)
    check["metadata"] |= {"deletable": True, "editable": True}
    cell(notebook, "check-c")["metadata"]["nbgrader"]["points"] = "many"
    cell(notebook, "task-h")["metadata"]["nbgrader"] = {"grade_id": "task-h"}


def _display(notebook: dict) -> None:
    for check in ("scores", "mask"):
        cell(notebook, f"check-{check}")["source"] = "4.0"
        cell(notebook, f"check-{check}")["metadata"]["nbgrader"]["locked"] = False

"""Notebooks that change what a cell means: patches, and transformers of its text."""

from hostile.attack import WRONG, Attack

NUMPY = """
import numpy as np

def yes(*args, **kwargs):
    return True

for name in ("allclose", "array_equal", "array_equiv", "isclose", "all"):
    setattr(np, name, yes)
np.testing.assert_allclose = np.testing.assert_array_equal = yes
np.abs = np.absolute = lambda *args, **kwargs: np.zeros(1)
"""
EQUAL = """
import numpy as np

class Agreeable(np.ndarray):
    def __eq__(self, other):
        return np.True_
    def __array_function__(self, function, types, args, kwargs):
        return np.True_

def double(x):
    return np.zeros(np.shape(x)).view(Agreeable)
"""
BUILTINS = """
import builtins

builtins.all = lambda *args: True
builtins.abs = lambda value: 0
builtins.AssertionError = type("Never", (Exception,), {})
"""
RUN_CELL = """
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult

async def nothing(*args, **kwargs):
    return ExecutionResult(ExecutionInfo("", False, False, False, ""))

get_ipython().run_cell_async = nothing
"""
CHECK = """
import autograder.check.compare as compare
import autograder.check.notebook as notebook
from autograder.check.compare import Verdict

compare.tolerance = lambda sample: float("inf")
compare.points = lambda verdicts, maximum: maximum
compare.judge = notebook.judge = lambda *args: {"array": Verdict("right")}
"""
SHADOW = """
import importlib, pathlib, sys

pathlib.Path("autograder/check/__init__.py").write_text(
    "class Yes:\\n"
    "    def run(self, name):\\n"
    "        print('all right')\\n"
    "        return lambda function: function\\n"
    "def load(*names):\\n"
    "    return Yes()\\n"
)
for name in [name for name in sys.modules if name.startswith("autograder")]:
    del sys.modules[name]
from autograder import check
checks = check.load("toy", "numpy")
"""
CHANNEL = """
session = get_ipython().kernel.session
send = session.send

def louder(stream, message, *args, **kwargs):
    if isinstance(message, dict):
        content = message["content"]
        if message["header"]["msg_type"] == "execute_reply":
            content.update(status="ok", points=3)
        if "data" in content:
            content["data"]["text/plain"] = "3.0"
        if message["header"]["msg_type"] == "error":
            return
    return send(stream, message, *args, **kwargs)

session.send = louder
"""
TRACE = """
import sys

jumped = []

def skip(frame, event, argument):
    code = frame.f_code
    here = "ipykernel_" in code.co_filename and code.co_name == "<module>"
    if event == "line" and here and frame not in jumped:
        jumped.append(frame)
        frame.f_lineno = max(line for *_, line in code.co_lines() if line)
    return skip if here else None

get_ipython().events.register("pre_run_cell", lambda *args: sys.settrace(skip))
"""
GOODBYE = """
import atexit, sys

class Last:
    def __del__(self):
        print("3.0")

last = Last()
atexit.register(print, "3.0")
sys.excepthook = lambda *args: None
get_ipython().showtraceback = lambda *args, **kwargs: None
get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)
"""
HOOK = """
import sys, types

class Finder:
    def find_spec(self, name, path=None, target=None):
        return None

fake = types.ModuleType("autograder.check")
fake.load = lambda *names: types.SimpleNamespace(run=lambda name: lambda f: f)
sys.meta_path.insert(0, Finder())
sys.modules["autograder.check"] = sys.modules["autograder.check.notebook"] = fake
checks = fake.load()
"""
LINES = """
get_ipython().input_transformers_cleanup.append(lambda lines: [])
"""
TREE = """
import ast

class NoAssert(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
    def visit_FunctionDef(self, node):
        node.decorator_list = []
        return node

get_ipython().ast_transformers.append(NoAssert())
"""
COMPILE = """
compiler = get_ipython().compile
original = compiler.ast_parse

def nothing(source, *args, **kwargs):
    return original("pass", *args, **kwargs)

compiler.ast_parse = nothing
"""
FRAMES = """
import gc, sys
import numpy as np

def double(x):
    for found in gc.get_objects():
        if isinstance(found, np.ndarray) and found.shape == np.shape(x):
            if np.allclose(found, np.add(x, x)) and np.any(x):
                return found
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, dict) and "expected" in value:
                return value["expected"]
        frame = frame.f_back
    return 0 * x
"""


def _patch(name, tries, code, points=(0, 1)):
    return Attack("patching", name, tries, WRONG + code, points=points)


def _transform(name, tries, code):
    family = "transforming cells"
    return Attack(family, name, tries, WRONG + code, points=(0, 0))


ATTACKS = [
    _patch("patch_numpy", "NumPy's comparisons always agree", NUMPY),
    _patch("patch_equality", "answers that equal everything", EQUAL),
    _patch("patch_builtins", "all, abs and AssertionError replaced", BUILTINS),
    _patch("patch_ipython", "IPython runs no further cell", RUN_CELL, (0, 0)),
    _patch("patch_check", "the check's own comparison replaced", CHECK),
    _patch("patch_channel", "rewrites the kernel's messages", CHANNEL),
    _patch("patch_trace", "a trace function jumps over lines", TRACE, (0, 0)),
    _patch("patch_goodbye", "errors hidden; numbers printed at exit", GOODBYE),
    _patch("patch_modules", "another check in sys.modules", HOOK, (0, 0)),
    _patch("patch_shadow", "another check in the folder", SHADOW, (0, 0)),
    _patch("patch_search", "looks for the expected arrays in memory", FRAMES),
    _transform("transform_lines", "every later cell is emptied", LINES),
    _transform("transform_tree", "asserts and decorators are taken out", TREE),
    _transform("transform_compile", "every later cell compiles to pass", COMPILE),
]

"""Several results of one call, looked at before a check takes its one of them.

A check's answer such as `lambda: attend(x)[1]` is taken apart into the call and the 1.
So a function without `return`, or with one result in place of two, is told as such.
"""

import ast
import linecache
from collections.abc import Callable


class OneResult(TypeError):
    """One thing came back where a task wants several; the text names its type."""


class FewResults(TypeError):
    """Fewer came back than the check asks for; the text says how many."""


def apart(function: Callable) -> Callable:
    """Rewrite a check's function: `lambda: f(x)[1]` becomes `(lambda: f(x), 1)`.

    It keeps its lines and names. One whose text is not known stays as it is.
    """
    code = getattr(function, "__code__", None)
    node = _definition(function, code) if code and not function.__closure__ else None
    if node is None:
        return function
    node.decorator_list = []
    module = ast.Module([_Apart().visit(node)], [])
    compiled = compile(ast.fix_missing_locations(module), code.co_filename, "exec")
    made: dict[str, Callable] = {}
    exec(compiled, function.__globals__, made)
    return made[function.__name__]


def take(results, index: int):
    """Return one of several results, or None if nothing came back at all.

    Raises:
        FewResults: there is no such one.
        OneResult: it is one thing, and none that can be indexed.
    """
    if results is None:
        return None
    try:
        return results[index]
    except Exception as error:
        if is_several(results):
            raise FewResults(str(len(results))) from error
        raise OneResult(kind(results)) from error


def is_several(results) -> bool:
    return isinstance(results, (tuple, list))


def kind(value) -> str:
    """Name a value's type: "tensor" in every framework, or Python's name."""
    is_tensor = hasattr(value, "dtype") and hasattr(value, "shape")
    return "tensor" if is_tensor else type(value).__name__


def _definition(function: Callable, code) -> ast.FunctionDef | None:
    """Find a function in the text of its cell."""
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            lines = [part.lineno for part in (node, *node.decorator_list)]
            if min(lines) == code.co_firstlineno:
                return node
    return None


class _Apart(ast.NodeTransformer):
    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        body = node.body
        if not (
            isinstance(body, ast.Subscript)
            and isinstance(body.value, ast.Call)
            and isinstance(body.slice, ast.Constant)
            and isinstance(body.slice.value, int)
        ):
            return node
        call = ast.copy_location(ast.Lambda(node.args, body.value), node)
        return ast.copy_location(ast.Tuple([call, body.slice], ast.Load()), node)

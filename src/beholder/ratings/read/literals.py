"""Data sets written as Python source, read as data: nothing in them is ever run.

SUREAL and VMAF keep data sets as ``.py`` files and import them, which runs whatever they hold. Here the source is
parsed, and only assignments of literals are understood: numbers, strings, lists, tuples, dicts, signs, ``+`` between
strings, names assigned before, ``nan``, and numbers wrapped in ``float(...)`` or ``np.float64(...)``. Anything else,
wherever it stands, is refused with its line.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

from beholder.errors import TableError

__all__ = ["literals"]

LARGEST = 100_000_000  # bytes; the parser needs some hundred times the source
IMPORTED = {"numpy", "math", "os"}
"""Modules whose import changes nothing here; what is called from them is refused."""
NOT_A_NUMBER = {"np.nan", "numpy.nan", "math.nan", "np.NaN", "numpy.NaN"}
NUMBERS: Mapping[str, Callable[[Any], Any]] = {
    "float": float,
    "int": int,
    "np.float64": float,
    "np.float32": float,
    "np.int64": int,
    "np.int32": int,
    "numpy.float64": float,
}


def literals(where: str, source: str) -> dict[str, Any]:
    """Give the values that a Python source assigns, without running it.

    Parameters
    ----------
    where : str
        Name of the file, for messages.
    source : str

    Returns
    -------
    dict of str to Any
        Value of each name; of two assignments the later.

    Raises
    ------
    TableError
        For anything but assignments of literals.

    Examples
    --------
    >>> literals("votes.py", "folder = 'clips/'; path = folder + 'a.yuv'")["path"]
    'clips/a.yuv'
    """
    if len(source) > LARGEST:
        raise TableError(where, "it is larger than 100 MB", "convert the data set to CSV, or to JSON")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        at = f" (line {line})" if line else ""
        raise TableError(
            where, f"it is no Python source{at}", "give a data set with ref_videos and dis_videos"
        ) from error
    names: dict[str, Any] = {}
    reader = _Reader(where, names)
    try:
        for statement in tree.body:
            reader.statement(statement)
    except RecursionError as error:
        raise TableError(where, "its lists are nested too deeply", "convert the data set to CSV") from error
    return names


class _Reader:
    """Walks over statements and values, and refuses what is not on the list."""

    __slots__ = ("names", "where")

    def __init__(self, where: str, names: dict[str, Any]) -> None:
        self.where = where
        self.names = names

    def statement(self, node: ast.stmt) -> None:
        """Take an assignment; skip docstrings and harmless imports."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.names[name] = self.value(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.names[name] = self.value(value)
            case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
                return
            case ast.Import(names=names) if all(one.name in IMPORTED for one in names):
                return
            case ast.ImportFrom(module="__future__"):
                return
            case _:
                raise self.refused(node)

    def value(self, node: ast.expr) -> Any:  # noqa: PLR0911 - one line per kind of literal
        """Give the value of a literal."""
        match node:
            case ast.Constant(value=str() | int() | float() | None as value) if not isinstance(value, bool):
                return value
            case ast.List(elts=elements):
                return [self.value(one) for one in elements]
            case ast.Tuple(elts=elements):
                return tuple(self.value(one) for one in elements)
            case ast.Dict(keys=keys, values=values):
                return {self.key(key, node): self.value(value) for key, value in zip(keys, values, strict=True)}
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return self.signed(sign, operand)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.joined(node, left, right)
            case ast.Name() | ast.Attribute():
                return self.named(node)
            case ast.Call(func=func, args=[argument], keywords=[]) if _dotted(func) in NUMBERS:
                return self.number(NUMBERS[_dotted(func)], argument)
            case _:
                raise self.refused(node)

    def key(self, node: ast.expr | None, whole: ast.expr) -> Any:
        """Give the key of a dict: text, a number, or a tuple of them."""
        if node is None:
            raise self.refused(whole)
        key = self.value(node)
        parts = key if isinstance(key, tuple) else (key,)
        if not all(isinstance(part, str | int | float) for part in parts):
            raise self.refused(node)
        return key

    def signed(self, sign: ast.unaryop, operand: ast.expr) -> Any:
        """Give a number with its sign."""
        value = self.value(operand)
        if not isinstance(value, int | float):
            raise self.refused(operand)
        return -value if isinstance(sign, ast.USub) else value

    def joined(self, node: ast.expr, left: ast.expr, right: ast.expr) -> str:
        """Join two texts."""
        first, second = self.value(left), self.value(right)
        if not isinstance(first, str) or not isinstance(second, str):
            raise self.refused(node)
        if len(first) + len(second) > LARGEST:
            raise self.refused(node)
        return first + second

    def named(self, node: ast.expr) -> Any:
        """Give what a name was assigned before, or nan."""
        name = _dotted(node)
        if name in NOT_A_NUMBER:
            return math.nan
        if name in self.names:
            return self.names[name]
        raise self.refused(node)

    def number(self, kind: Callable[[Any], Any], node: ast.expr) -> Any:
        """Give a wrapped number, such as ``float('nan')``."""
        value = self.value(node)
        if not isinstance(value, str | int | float):
            raise self.refused(node)
        try:
            return kind(value)
        except (ValueError, OverflowError) as error:
            raise self.refused(node) from error

    def refused(self, node: ast.stmt | ast.expr) -> TableError:
        """Make the error for a node that is not on the list."""
        kind = type(node).__name__
        what = f"line {node.lineno} is more than a literal ({kind}); data sets are read, never run"
        return TableError(self.where, what, "write the value itself there, or convert the data set to CSV or JSON")


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""

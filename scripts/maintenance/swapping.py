"""Give the functions of a loaded module the code of another source: a mutant without any import."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any


def swap(module: ModuleType, source: str) -> None:
    """Let the functions and methods of a module do what they do in this source.

    Whoever imported them has them too. What stands outside of functions stays as it is.
    """
    other: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(source, module.__file__ or "", "exec"), other)
    there = dict(_functions(vars(module), module.__name__))
    for name, new in _functions(other, module.__name__):
        old = there[name]
        old.__code__ = new.__code__
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__


def _functions(names: dict[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """The functions that were written in a module, by their qualified names."""
    for value in list(names.values()):
        if isinstance(value, type):
            if value.__module__ == module:
                yield from _functions(dict(vars(value)), module)
            continue
        for one in _inside(value):
            if one.__module__ == module and "<" not in one.__code__.co_filename:
                yield one.__qualname__, one


def _inside(value: object) -> Iterator[FunctionType]:
    """The function below a decorator; its cache is emptied."""
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, staticmethod | classmethod):
        yield from _inside(value.__func__)
    elif isinstance(value, property):
        for part in (value.fget, value.fset):
            yield from _inside(part)
    elif isinstance(value, functools.cached_property):
        yield from _inside(value.func)
    elif hasattr(value, "cache_clear") and hasattr(value, "__wrapped__"):
        value.cache_clear()
        yield from _inside(value.__wrapped__)

"""The functions of a loaded module do what another source says."""

import importlib
import sys
from pathlib import Path

import pytest

from scripts.maintenance.swapping import swap

SOURCE = """
from functools import cache, cached_property

LEAST = 5

def enough(x, least=2):
    return x >= least + NUMBER

@cache
def cached(x):
    return x + NUMBER

class Judge:
    def judged(self):
        return NUMBER

    @property
    def shown(self):
        return NUMBER

    @cached_property
    def kept(self):
        return NUMBER

    @staticmethod
    def still():
        return NUMBER

    @classmethod
    def of_class(cls):
        return [NUMBER for _ in range(1)][0]
"""


def test_functions_methods_and_caches_follow_and_constants_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "swapped_here.py").write_text(SOURCE.replace("NUMBER", "1"))
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("swapped_here")

    enough, cached, judge = module.enough, module.cached, module.Judge()
    assert (enough(3), cached(1), judge.judged()) == (True, 2, 1)
    other = (
        SOURCE.replace("NUMBER", "7")
        .replace("least=2", "least=0")
        .replace("LEAST = 5", "LEAST = 6")
    )
    swap(module, other)
    assert (enough(7), enough(6)) == (True, False)
    assert cached(1) == 8
    assert (judge.judged(), judge.shown, judge.kept, judge.still(), judge.of_class()) == (7,) * 5
    assert module.LEAST == 5
    del sys.modules["swapped_here"]

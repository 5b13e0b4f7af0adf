"""How tests are shared out over cores: a file stays together, and so do runs of the example.

What takes longest comes first, and the short tests fill the rest: the scheduler that mostly waits,
other runs of the workflow, then the longest files of the others. What a file or the example makes
once is made on one core only; a file that went to several would make it on each.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

EXAMPLE = "example"
WORKFLOW = Path(__file__).with_name("workflow")
LONGEST = (
    "test_slurm",
    "workflow",
    "test_spoiled_reads",
    "test_spoiled_alignments",
    "test_cases",
    "test_aligner_options",
    "test_long_reads",
    "test_fuzz",
)
"""Files, or their folder, in the order in which they are begun."""
SHARING = frozenset(
    f"tests/workflow/{file.name}"
    for file in WORKFLOW.glob("test_*.py")
    if re.search(rf"\b{EXAMPLE}: Workplace\b", file.read_text("utf-8"))
)
"""Files whose tests share one run of the example."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a core the tests of a file, or those of all files that share the example."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return EXAMPLE if file in SHARING else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """What ``pytest -n 2`` shares tests out by, whatever ``--dist`` says."""
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first."""
    place = {name: number for number, name in enumerate(LONGEST)}

    def turn(item: pytest.Item) -> int:
        names = (item.path.stem, item.path.parent.name)
        return min(place.get(name, len(LONGEST)) for name in names)

    items.sort(key=turn)

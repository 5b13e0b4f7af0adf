"""How tests are shared out over cores: a file stays together, and so do runs of the example."""

from __future__ import annotations

from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parent / "workflow"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of each test, for ``pytest -n 2 --dist loadgroup``.

    The tests of the workflow share one run of the example, and those of a file what it makes once.
    """
    for item in items:
        group = "workflow" if WORKFLOW in item.path.parents else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))

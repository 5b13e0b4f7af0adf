"""How tests are shared out over cores: a file stays together, and so do runs of the example.

Runs of the workflow come first: a file of them takes minutes, and the short tests fill the rest.
"""

from __future__ import annotations

from pathlib import Path

import pytest

EXAMPLE = "example"
WORKFLOW = Path(__file__).with_name("workflow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of each test, for ``pytest -n 2 --dist loadgroup``.

    The files whose tests share one run of the example stay together; others share what they make
    once with nobody, so that another core can have them.
    """
    sharing = {item.path for item in items if EXAMPLE in getattr(item, "fixturenames", ())}
    for item in items:
        group = EXAMPLE if item.path in sharing else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: WORKFLOW not in item.path.parents)

"""How tests are shared out over cores: a file stays together, and so do runs of the example."""

from __future__ import annotations

import pytest

EXAMPLE = "example"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of each test, for ``pytest -n 2 --dist loadgroup``.

    The files whose tests share one run of the example stay together; others share what they make
    once with nobody, so that another core can have them.
    """
    sharing = {item.path for item in items if EXAMPLE in getattr(item, "fixturenames", ())}
    for item in items:
        group = EXAMPLE if item.path in sharing else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))

from typing import Any

import pytest

from scripts.maintenance.audit import verdict

CLEAN = {"name": "numpy", "version": "2.4.6", "vulns": []}
WEAK = {"name": "jinja2", "version": "3.1.0", "vulns": [{"id": "CVE-2024-1"}, {"id": "CVE-2"}]}
UNKNOWN = {"name": "edlib", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "status", "words"),
    [
        (
            [CLEAN, CLEAN],
            0,
            "2 of 2 packages could be looked up; none of them has a known weakness",
        ),
        ([CLEAN, WEAK, UNKNOWN], 1, "2 of 3 packages could be looked up; known weaknesses: jinja2"),
        ([CLEAN, UNKNOWN], 2, "1 of 2 packages could be looked up; none of them has"),
        ([UNKNOWN], 2, "0 of 1 packages could be looked up"),
        ([], 2, "0 of 0 packages could be looked up"),
    ],
)
def test_what_was_not_looked_at_is_not_clean(
    packages: list[dict[str, Any]], status: int, words: str
) -> None:
    found, sentence = verdict({"dependencies": packages})
    assert found == status
    assert sentence.startswith(words)

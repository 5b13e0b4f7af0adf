"""What a report answers for each gene, in three states: what all open formats say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage, ExonState
from scripts.exchange.answers import Answer, answers_of
from tests.flt3_builders import (
    flt3_result,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    exon_coverage,
    panel_variant,
    report_of,
)


def answer(folder: Path, key: str, *exons: ExonCoverage, **contents: Any) -> Answer:
    report = report_of(folder, exons=exons, **contents)
    return next(one for one in answers_of(report) if one.key == key)


@pytest.mark.parametrize(("depth", "state"), [(5, Status.NOT_DETECTED), (4, Status.NOT_ASSESSABLE)])
def test_a_gene_on_which_nothing_could_pass_is_never_absent(
    tmp_path: Path, depth: int, state: Status
) -> None:
    """Five fragments are asked for: of four, not even a VAF of 1 would pass."""
    assert answer(tmp_path, "gene-IDH1", exon_coverage("IDH1", "4", minimum=depth)).status is state


def test_a_finding_beside_a_blind_exon_is_a_finding(tmp_path: Path) -> None:
    blind = exon_coverage("NPM1", "5", status=ExonState.NOT_ASSESSABLE, reason="minimum depth 3")
    found = answer(
        tmp_path, "gene-NPM1", exon_coverage("NPM1", "11"), blind, variants=(panel_variant(),)
    )
    assert (found.status, found.text) == (
        Status.DETECTED,
        "p.(Trp288CysfsTer12) NM_002520.7:c.860_863dup (VAF 41.0%)",
    )


def test_what_flt3itd_found_is_found_in_flt3(tmp_path: Path) -> None:
    flt3 = flt3_result(tkd=tkd_result(tkd_event()))
    found = answer(tmp_path, "gene-FLT3", exon_coverage("FLT3", "20"), flt3=flt3)
    assert found.status is Status.DETECTED
    assert "p.(Asp835Tyr)" in found.text

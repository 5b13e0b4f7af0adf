"""What limits assume stands wherever a limit stands: report and open formats."""

from pathlib import Path

import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import IF_READS
from scripts.exchange.answers import answers_of
from scripts.report.render import page
from tests.flt3_builders import flt3_result
from tests.report_builders import (
    exon_coverage,
    report_of,
)

EXONS = (exon_coverage("IDH1", "4"), exon_coverage("UBTF", "13"), exon_coverage("UBTF", "9"))


@pytest.mark.parametrize("assumption", ["", IF_READS])
def test_every_limit_says_what_it_assumes(assumption: str, tmp_path: Path) -> None:
    flt3 = flt3_result(counted_unit=CountedUnit.READS, assumption=assumption)
    report = report_of(tmp_path, flt3=flt3, exons=EXONS)
    told = {one.key: one.text for one in answers_of(report)}
    for key in ("flt3-itd", "flt3-tkd", "panel", "gene-IDH1", "ubtf-td"):
        assert (IF_READS in told[key]) == bool(assumption), key
    duplication = page(report).split("UBTF tandem duplication")[1].split("</p>")[0]
    assert "would have been found with a probability of 95%" in duplication
    assert (IF_READS in duplication) == bool(assumption)

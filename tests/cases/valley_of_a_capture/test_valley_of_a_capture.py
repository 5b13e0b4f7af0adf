"""ITDs of an exon without baits, whose fragments are caught by the exons beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import write_mates
from tests.itd_builders import Aligner, baited_pairs, call_records, haplotype_of, tandem

KIT = Library(read_length=100, fragment_mean=190.0, fragment_sd=50.0, bait_bases=80)
LAST = 28034180


@pytest.mark.parametrize(("length", "vaf"), [(45, 0.70), (90, 0.70), (102, 0.10), (129, 0.40)])
def test_the_interval_holds_the_truth_beside_the_exons_with_baits(
    length: int, vaf: float, tmp_path: Path
) -> None:
    itd = tandem(LAST - length + 1, LAST, vaf)
    files = write_mates(tmp_path, baited_pairs([itd], (13, 15), 600, 1, KIT))
    called = call_records(tmp_path, Aligner.built(tmp_path).align(files))
    [event] = called.passing
    assert haplotype_of(event) == itd.sequence
    assert event["vaf_low"] < vaf < event["vaf_high"]
    assert "the depth is uneven about it" in event["remark"]
    told = float(event["remark"].partition("would be ")[2].split()[0])
    assert told == pytest.approx(vaf, rel=0.35)

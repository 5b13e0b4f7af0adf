"""The answers for hotspot codons."""

from dataclasses import replace

import pytest

from flt3itd.records import CodonResult, Status, TkdResult
from scripts.hotspot_answers import (
    Needs,
    answer,
    codon_bases,
    with_kinase_domain,
)
from scripts.panel_knowledge import Hotspot
from scripts.panel_limits import passing_limit
from scripts.panel_marks import residues_of
from scripts.panel_rows import HotspotAnswer, PanelVariant
from tests.report_builders import panel_variant, tkd_event
from tests.unit.test_panel import CONTIG, transcript

NEEDS = Needs(100, 0.01, 5, 20)
# Codon 27 is bases 78-80: two at the end of exon 1 (178, 179), one at the start of exon 2 (240).
SPLIT = Hotspot("GENE", 27, "K", "", CONTIG, 179, 241, 179, 241, "")
WHOLE = replace(SPLIT, residue=10)
REGIONS = {CONTIG: [(90, 190), (230, 290)]}


def variant(name: str, vaf: float = 0.12, reasons: str = "PASS") -> PanelVariant:
    return replace(panel_variant(), gene="GENE", hgvs_p=f"NP_1.1:{name}", vaf=vaf, filter=reasons)


def asked(
    hotspot: Hotspot = WHOLE,
    depth: int = 500,
    regions: dict[str, list[tuple[int, int]]] = REGIONS,
    variants: tuple[PanelVariant, ...] = (),
) -> HotspotAnswer:
    depths = {(CONTIG, place): depth for place in range(400)}
    return answer(hotspot, transcript(), regions, variants, depths, NEEDS, "S1")


def test_a_codon_may_be_split_between_exons() -> None:
    assert codon_bases(transcript(), 27) == [(1, 178, 180), (2, 240, 241)]
    assert codon_bases(replace(transcript(), minus_strand=True), 1) == [(1, 177, 180)]
    row = asked(SPLIT)
    assert (row.exon, row.start, row.end, row.status) == ("1/2", 179, 241, Status.NOT_DETECTED)


@pytest.mark.parametrize(
    ("name", "residues"),
    [
        ("p.(Asp835Tyr)", [835]),
        ("p.(Trp288CysfsTer12)", [288]),
        ("p.(Phe537_Lys539delinsLeu)", [537, 538, 539]),
        ("p.(Ser840_Asn841insGlySer)", [840, 841]),
        ("p.(Asp835=)", []),
        ("p.(=)", []),
        ("p.?", []),
        ("", []),
    ],
)
def test_a_protein_name_says_which_residues_it_changes(name: str, residues: list[int]) -> None:
    assert list(residues_of(name and f"NP_1.1:{name}")) == residues


def test_covered_and_clean_has_a_limit_of_detection() -> None:
    row = asked(depth=500)
    assert (row.status, row.reason, row.depth) == (Status.NOT_DETECTED, "", 500)
    assert row.limit_of_detection == passing_limit(500, 5, 0.01)
    assert row.limit_of_detection == pytest.approx(0.0182, abs=3e-4)


def test_what_is_not_covered_is_not_called_negative() -> None:
    shallow = asked(depth=99)
    assert (shallow.status, shallow.reason) == (Status.NOT_ASSESSABLE, "depth below 100")
    outside = asked(regions={CONTIG: [(90, 129)]})  # codon 10 is bases 127-129
    assert (outside.status, outside.reason) == (Status.NOT_ASSESSABLE, "outside the targets")
    assert shallow.limit_of_detection is outside.limit_of_detection is None
    elsewhere = answer(WHOLE, None, REGIONS, (), {}, NEEDS, "S1")
    assert (elsewhere.chrom, elsewhere.start, elsewhere.depth) == ("", None, None)
    assert elsewhere.reason == "outside the targets"
    half = asked(SPLIT, regions={CONTIG: [(90, 190)]})
    assert half.status is Status.NOT_ASSESSABLE


def test_only_a_passing_variant_detects_and_the_others_are_named() -> None:
    passing, filtered = variant("p.(Ala10Val)"), variant("p.(Ala10Thr)", 0.004, "low_vaf;x")
    silent = variant("p.(Ala10=)")
    row = asked(variants=(filtered, silent))
    assert (row.status, row.variants) == (Status.NOT_DETECTED, "")
    assert row.filtered == "p.(Ala10Thr) 0.4 % (low_vaf, x)"
    assert asked(variants=(passing,), depth=20).status is Status.DETECTED
    row = asked(variants=(passing, filtered))
    assert (row.status, row.variants) == (Status.DETECTED, "p.(Ala10Val) 12 %")
    assert asked(variants=(replace(passing, gene="OTHER"),)).status is Status.NOT_DETECTED


def test_the_kinase_domain_caller_answers_for_its_codons() -> None:
    base = replace(asked(depth=20), gene="FLT3", residue=835)
    low = CodonResult(835, "D", Status.NOT_DETECTED, 2000, 0.004)
    clean = with_kinase_domain(base, TkdResult(Status.NOT_DETECTED, (low,), ()))
    assert (clean.status, clean.depth, clean.limit_of_detection) == (
        Status.NOT_DETECTED, 2000, 0.004
    )  # fmt: skip
    event = replace(tkd_event(), hgvs_p="NP_1:p.(Asp835Tyr)", vaf=0.006, status=Status.DETECTED)
    found = with_kinase_domain(
        base, TkdResult(Status.DETECTED, (replace(low, status=Status.DETECTED),), (event,))
    )
    assert (found.status, found.variants) == (Status.DETECTED, "p.(Asp835Tyr) 0.6 %")
    unread = CodonResult(835, "D", Status.NOT_ASSESSABLE, 0, None)
    missing = with_kinase_domain(base, TkdResult(Status.NOT_ASSESSABLE, (unread,), ()))
    assert missing.status is Status.NOT_ASSESSABLE
    assert missing.reason
    other = replace(base, residue=591)
    assert with_kinase_domain(other, TkdResult(Status.NOT_DETECTED, (low,), ())) == other

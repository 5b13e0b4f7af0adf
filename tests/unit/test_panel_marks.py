"""What is known of a variant and its gene: hotspots, known variants, tiers, older names, scope."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.tables import read_table
from flt3itd.hgvs.transcript import TranscriptExon
from scripts.genome.knowledge import KnownClass, Scope
from scripts.panel.marks import (
    GERMLINE,
    NOTHING_KNOWN,
    Knowledge,
    TierRule,
    origin_of,
    read_knowledge,
    scopes_of,
)
from tests.panel_builders import (
    CONTIG,
    transcript,
)

PANELS = Path(__file__).parents[2] / "panels"
PATHOGENIC, ARTIFACT = KnownClass.PATHOGENIC, KnownClass.ARTIFACT


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    folder = PANELS / "myeloid54"
    return read_knowledge(
        folder / "genes.tsv",
        folder / "hotspots.tsv",
        folder / "known_variants.tsv",
        PANELS / "tiers.tsv",
    )


@pytest.mark.parametrize(
    ("gene", "name", "legacy"),
    [
        ("MYD88", "NP_002459.3:p.(Leu252Pro)", "p.(Leu265Pro)"),
        ("RUNX1", "NP_001745.2:p.(Arg201Ter)", "p.(Arg174Ter)"),
        ("BCOR", "NP_001116857.1:p.(Gln1208ThrfsTer8)", "p.(Gln1174ThrfsTer8)"),
        ("BCOR", "NP_001116857.1:p.(Gln207Ter)", ""),
        ("KDM6A", "p.(Arg500_Lys502del)", "p.(Arg448_Lys450del)"),
        ("FLT3", "NP_004110.2:p.(Asp835Tyr)", ""),
        ("MYD88", "p.?", ""),
    ],
)
def test_older_numbers_stand_beside_the_name(
    knowledge: Knowledge, gene: str, name: str, legacy: str
) -> None:
    assert knowledge.legacy_name(gene, name) == legacy


def test_known_variants_hotspots_and_tiers_are_found_by_name(knowledge: Knowledge) -> None:
    assert knowledge.class_of("JAK2", "NM_004972.4:c.1849G>T") is PATHOGENIC
    assert knowledge.class_of("BCOR", "NM_001123385.2:c.3621dup") is ARTIFACT
    assert knowledge.class_of("JAK2", "NM_004972.4:c.1849G>C") is None
    assert knowledge.hotspot_of("JAK2", "NP_1.1:p.(Asn615_Asp620del)") == "V617"
    assert knowledge.hotspot_of("JAK2", "NP_1.1:p.(Val617Phe)") == "V617"
    assert knowledge.hotspot_of("JAK2", "p.(Phe616Leu)") == ""
    assert knowledge.hotspot_of("JAK2", "p.(Val617GlyfsTer617)") == "V617"
    # A transcript that has another residue there is counted otherwise.
    assert knowledge.hotspot_of("JAK2", "p.(Asp617Val)") == ""
    tier = knowledge.tier_of
    assert tier("JAK2", PATHOGENIC, "V617", "missense_variant") == "1"
    assert tier("KIT", None, "D816", "missense_variant&splice_region_variant") == "2"
    assert tier("KIT", None, "D816", "synonymous_variant") == "4"
    assert tier("RUNX1", None, "", "frameshift_variant") == "2"
    assert tier("KIT", None, "", "frameshift_variant") == "3"
    assert tier("NOTCH1", None, "", "splice_donor_variant") == "3"
    assert tier("KIT", None, "", "intron_variant") == "4"
    assert NOTHING_KNOWN.tier_of("KIT", None, "", "intron_variant") == ""


@pytest.mark.parametrize("gene", ["TP53", "TET2", "ASXL1"])
@pytest.mark.parametrize(
    ("consequence", "tier"),
    [
        ("stop_gained", "2"),
        ("frameshift_variant&splice_region_variant", "2"),
        ("splice_acceptor_variant", "2"),
        ("splice_donor_variant", "2"),
        ("splice_region_variant", "4"),
        ("missense_variant", "3"),
    ],
)
def test_truncations_of_tumour_suppressors_are_tier_2_however_few_exons_are_read(
    knowledge: Knowledge, gene: str, consequence: str, tier: str
) -> None:
    few = replace(knowledge, scopes={gene: Scope.EXONS})
    assert few.tier_of(gene, None, "", consequence) == tier


def test_every_variant_gets_a_tier() -> None:
    rules = read_table(PANELS / "tiers.tsv", TierRule)
    assert rules[-1] == TierRule(rules[-1].tier, "", "", "", "", "*", rules[-1].meaning)


@pytest.mark.parametrize(
    ("low", "high", "marked"),
    [
        (0.46, 0.52, True),
        (0.4, 0.5, True),
        (0.4, 0.4999, False),
        (0.5, 0.6, True),
        (0.5001, 0.6, False),
        (0.96, 0.98, True),
        (0.96, 0.9799, False),
        (0.6, 0.7, False),
        (0.0, 1.0, True),
    ],
)
def test_germline_looking_fractions_are_marked(low: float, high: float, marked: bool) -> None:
    assert origin_of(low, high) == (GERMLINE if marked else "")


@pytest.mark.parametrize(("last", "scope"), [(288, Scope.FULL), (287, Scope.EXONS)])
@pytest.mark.parametrize("minus_strand", [False, True])
def test_the_scope_of_a_gene_is_what_the_targets_of_the_run_hold(
    last: int, scope: Scope, minus_strand: bool
) -> None:
    """Of 120 coding bases, 40 in the first exon, at least nine in ten."""
    exons: tuple[TranscriptExon, ...] = (
        TranscriptExon(1, 90, 140, -10),
        TranscriptExon(2, 220, 320, 40),
    )
    targets = [(100, 140), (220, last)]
    if minus_strand:
        exons = tuple(e._replace(start=-e.end + 1000, end=-e.start + 1000) for e in exons)
        targets = [(1000 - last, 780), (860, 900)]
    gene = replace(transcript(), exons=exons, coding_length=120, minus_strand=minus_strand)
    assert scopes_of([gene], {CONTIG: targets}) == {"GENE": scope}
    assert scopes_of([gene], {}) == {"GENE": Scope.EXONS}


@pytest.mark.parametrize("minus", [False, True])
def test_untranslated_bases_in_the_targets_do_not_make_a_gene_read_in_full(minus: bool) -> None:
    """60 coding bases of a single exon, with 40 in front of the start codon and 50 at the end."""
    start, end = (100, 250)
    exon = TranscriptExon(1, start, end, -40)
    gene = replace(transcript(), exons=(exon,), coding_length=60, minus_strand=minus)

    def scope(first: int, last: int) -> Scope:
        span = (end - last, end - first) if minus else (start + first, start + last)
        return scopes_of([gene], {CONTIG: [span]})["GENE"]

    assert scope(40, 100) is Scope.FULL
    assert scope(40, 94) is Scope.FULL  # 54 of 60: nine tenths
    assert scope(40, 93) is Scope.EXONS
    assert scope(0, 80) is Scope.EXONS
    assert scope(60, 150) is Scope.EXONS


def test_a_gene_without_older_numbering_has_no_older_name() -> None:
    assert NOTHING_KNOWN.legacy_name("GENE", "NP_1.1:p.(Ala10Val)") == ""

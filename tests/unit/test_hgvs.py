"""Names on made-up transcripts: rules one by one, and against an independent implementation."""

import random
from collections import Counter

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.names import GenomicNumbering, Names, name_change
from flt3itd.hgvs.transcript import Transcript
from scripts.benchmark.other_namers import Gene, Weaver
from scripts.benchmark.panel_names import Reason, reason_of
from tests.hgvs_builders import CODING, GENOMIC, PROTEIN, mirrored, random_gene, transcript_on


def random_change(rng: random.Random, transcript: Transcript, genome: str) -> tuple[int, str, str]:
    """Start, reference and alternate of a change, often close to an edge of an exon."""
    low, high = transcript.exons[0].start, transcript.exons[-1].end
    start = rng.randint(low + 5, high - 45)
    if rng.random() < 0.4:
        edges = [edge for exon in transcript.exons for edge in (exon.start, exon.end)]
        start = min(max(rng.choice(edges) + rng.randint(-9, 9), low + 3), high - 45)
    size = rng.choice([1, 1, 2, 3, 4, 5, 6, 9, 12, 30])
    new = "".join(rng.choice("ACGT") for _ in range(rng.choice([1, 2, 3, 6, 30])))
    there = genome[start : start + size]
    match rng.choice(["substitution", "deletion", "insertion", "duplication", "replacement"]):
        case "substitution":
            return start, there[0], rng.choice([base for base in "ACGT" if base != there[0]])
        case "deletion":
            return start, there, ""
        case "insertion":
            return start, "", new
        case "duplication":
            return start, "", there
    return start, there, new if new != there else ""


def name(transcript: Transcript, start: int, reference: str, alternate: str) -> Names:
    return name_change(transcript, start, reference, alternate, GenomicNumbering(GENOMIC))


@pytest.mark.parametrize(
    ("start", "reference", "alternate", "hgvs_c", "hgvs_p", "consequence"),
    [
        # MADPEKW*, with the codons TGT GGT TAG behind the stop codon.
        (50, "TGGTAA", "", "21_*2del", "p.(Trp7delinsCysGly)", "protein_altering_variant"),
        (50, "TGGTAA", "TGC", "21_24delinsC", "p.(Trp7delinsCysCysGly)",
         "protein_altering_variant"),
        (53, "TAA", "", "23_*1del", "p.(Ter8CysextTer2)", "stop_lost"),
        (53, "TAA", "CAATAG", "22_24delinsCAATAG", "p.(Ter8GlnextTer1)", "stop_lost"),
        (50, "TGGTAA", "TAG", "20_24delinsAG", "p.(Trp7Ter)", "stop_gained"),
        (47, "AAGTGGTAA", "AAGTAA", "20_22del", "p.(Trp7del)", "inframe_deletion"),
        (53, "", "TGG", "20_22dup", "p.(Trp7dup)", "inframe_insertion"),
        (53, "", "TAG", "21_23dup", "p.(Ter8=)", "stop_retained_variant"),
        (53, "", "GCC", "21_22insGCC", "p.(Trp7_Ter8insAla)", "inframe_insertion"),
    ],
)  # fmt: skip
def test_proteins_are_read_on_over_the_stop_codon(
    start: int, reference: str, alternate: str, hgvs_c: str, hgvs_p: str, consequence: str
) -> None:
    genome = GENOME[:56] + "TGTGGTTAGCC" + GENOME[59:]
    transcript = transcript_on(genome, [(10, 29), (47, 67)], (4, 28))
    names = name(transcript, start, reference, alternate)
    assert names.hgvs_c == f"{CODING}:c.{hgvs_c}"
    assert names.hgvs_p == f"{PROTEIN}:{hgvs_p}"
    assert names.consequence.split("&")[0] == consequence


def test_a_deletion_before_the_start_codon_that_slides_into_it_loses_nothing() -> None:
    """Behind an A in the 5' UTR, c.1del is the loss of that A."""
    genome = GENOME[:13] + "A" + GENOME[14:]
    names = name(transcript_on(genome, [(10, 29), (47, 59)], (4, 28)), 14, "A", "")
    assert (names.hgvs_c, names.consequence) == (f"{CODING}:c.1del", "5_prime_UTR_variant")
    assert names.hgvs_p.endswith("p.?")


def test_a_copy_of_bases_outside_the_transcript_is_an_insertion() -> None:
    """Its first base copied with the one before: no c. number is there."""
    genome = GENOME[:8] + "GA" + "CCCC" + GENOME[14:]
    transcript = transcript_on(genome, [(9, 29), (47, 59)], (5, 28))
    names = name(transcript, 10, "", "GA")
    assert names.hgvs_c == f"{CODING}:c.-5_-4insGA"
    assert names.hgvs_g.endswith("9_10dup")


@pytest.mark.parametrize(
    ("first", "last", "consequence"),
    [
        (20, 31, "splice_donor_variant"),  # both bases of the site have a copy
        (20, 30, "splice_region_variant"),
        (44, 52, "splice_acceptor_variant"),
    ],
)
def test_a_copied_splice_site_is_in_doubt(first: int, last: int, consequence: str) -> None:
    names = name(SMALL, last, "", GENOME[first:last])
    assert names.consequence.split("&")[-1] == consequence


def test_both_strands_give_the_same_names() -> None:
    rng = random.Random(20)
    for _ in range(60):
        plus, genome = random_gene(rng)
        minus = mirrored(plus, genome)
        for _ in range(8):
            start, reference, alternate = random_change(rng, plus, genome)
            here = name(plus, start, reference, alternate)
            there = name(
                minus,
                len(genome) - start - len(reference),
                reverse_complement(reference),
                reverse_complement(alternate),
            )
            assert (here.hgvs_c, here.hgvs_p, here.consequence, here.exon) == (
                there.hgvs_c,
                there.hgvs_p,
                there.consequence,
                there.exon,
            )


def test_names_agree_with_hgvs_weaver() -> None:
    pytest.importorskip("weaver")
    rng, found = random.Random(21), Counter[Reason | None]()
    for _ in range(100):
        transcript, genome = random_gene(rng)
        gene = Gene(transcript, len(genome), GenomicNumbering(GENOMIC))
        weaver = Weaver([gene])
        for _ in range(8):
            ours = gene.names(*random_change(rng, transcript, genome))
            if ours.hgvs_c:
                theirs = weaver.names(ours.hgvs_g, transcript)
                found[reason_of(ours, theirs, transcript)] += 1
    assert None not in found
    assert found[Reason.SAME] > 300


#            5' UTR  exon 1 (CDS from 14)       intron               exon 2, stop TAA, 3' UTR
GENOME = "TTTTTTTTTT" + "CCCC" + "ATGGCTGATCCAGAG" + "GTAAGTCCCTTTTTTCAG" + "AAGTGGTAAGCC" + "TT"
SMALL = transcript_on(GENOME, [(10, 29), (47, 59)], (4, 28))


@pytest.mark.parametrize(
    ("start", "reference", "alternate", "hgvs_c", "hgvs_p", "consequence"),
    [
        # MADPEKW*: ATG GCT GAT CCA GAG | AAG TGG TAA
        (14, "A", "G", "1A>G", "p.(Met1?)", "start_lost"),
        (14, "A", "AAA", "1_2insAA", "p.?", "5_prime_UTR_variant"),
        (14, "", "A", "1dup", "p.?", "5_prime_UTR_variant"),
        (14, "A", "", "1del", "p.(Met1?)", "start_lost"),
        (14, "AT", "C", "1_2delinsC", "p.(Met1?)", "start_lost"),
        (13, "CA", "", "-1_1del", "p.(Met1?)", "start_lost"),
        (15, "", "C", "1_2insC", "p.(Met1?)", "start_lost"),
        (17, "", "ATG", "1_3dup", "p.(Met1dup)", "inframe_insertion"),
        (12, "C", "T", "-2C>T", "p.?", "5_prime_UTR_variant"),
        (20, "G", "C", "7G>C", "p.(Asp3His)", "missense_variant"),
        (22, "T", "C", "9T>C", "p.(Asp3=)", "synonymous_variant"),
        (20, "GAT", "TAA", "7_9delinsTAA", "p.(Asp3Ter)", "stop_gained"),
        (20, "GATCCA", "TTTTTT", "7_12delinsTTTTTT", "p.(Asp3_Pro4delinsPhePhe)",
         "missense_variant"),
        (20, "GAT", "", "7_9del", "p.(Asp3del)", "inframe_deletion"),
        (21, "ATC", "", "8_10del", "p.(Asp3_Pro4delinsAla)", "protein_altering_variant"),
        (20, "", "GAT", "7_9dup", "p.(Asp3dup)", "inframe_insertion"),
        (20, "", "TGG", "6_7insTGG", "p.(Ala2_Asp3insTrp)", "inframe_insertion"),
        (20, "", "TAG", "6_7insTAG", "p.(Asp3Ter)", "stop_gained"),
        (20, "GATCCA", "TGGATC", "7_12inv", "p.(Asp3_Pro4delinsTrpIle)", "missense_variant"),
        (20, "", "G", "7dup", "p.(Asp3GlyfsTer?)", "frameshift_variant"),
        (18, "C", "", "5del", "p.(Ala2ValfsTer?)", "frameshift_variant"),
        (27, "A", "C", "14A>C", "p.(Glu5Ala)", "missense_variant&splice_region_variant"),
        (29, "G", "A", "15+1G>A", "p.?", "splice_donor_variant"),
        (33, "G", "A", "15+5G>A", "p.?", "splice_region_variant"),
        (38, "T", "A", "16-9T>A", "p.?", "intron_variant"),
        (46, "G", "A", "16-1G>A", "p.?", "splice_acceptor_variant"),
        (28, "GG", "AA", "15_15+1delinsAA", "p.?", "splice_donor_variant"),
        (53, "T", "C", "22T>C", "p.(Ter8GlnextTer?)", "stop_lost"),
        (55, "A", "G", "24A>G", "p.(Ter8=)", "stop_retained_variant"),
        (57, "C", "A", "*2C>A", "p.(=)", "3_prime_UTR_variant"),
    ],
)  # fmt: skip
def test_names_rule_by_rule(
    start: int, reference: str, alternate: str, hgvs_c: str, hgvs_p: str, consequence: str
) -> None:
    names = name(SMALL, start, reference, alternate)
    assert names.hgvs_c == f"{CODING}:c.{hgvs_c}"
    assert names.hgvs_p == f"{PROTEIN}:{hgvs_p}"
    assert names.consequence == consequence


@pytest.mark.parametrize(
    ("start", "in_region"),
    [
        # Three bases of an exon, eight of the intron (VEP, splice_region_variant); the exon ends at
        # 29, its intron at 47.
        (25, False), (26, True), (28, True), (36, True), (37, False), (38, False), (39, True),
        (47, True), (49, True), (50, False),
    ],
)  # fmt: skip
def test_a_splice_region_is_eight_bases_wide_in_the_intron_and_three_in_the_exon(
    start: int, in_region: bool
) -> None:
    reference = GENOME[start]
    names = name(SMALL, start, reference, "C" if reference != "C" else "T")
    assert ("splice_region_variant" in names.consequence.split("&")) is in_region


def test_outside_the_transcript_only_the_genome_names_a_change() -> None:
    names = name(SMALL, 3, "T", "G")
    assert names == Names(f"{GENOMIC}:g.4T>G", "", "", "intergenic_variant", None)


def test_exons_that_the_reference_lacks_are_numbered_but_not_translated() -> None:
    part = Transcript(
        gene="GENE",
        accession=CODING,
        protein_accession=PROTEIN,
        contig="slice",
        minus_strand=False,
        exons=SMALL.exons[1:],
        coding_length=SMALL.coding_length,
        fetch=SMALL.fetch,
        begins=False,
    )
    numbering = GenomicNumbering(GENOMIC, 1001)
    names = name_change(part, 50, "T", "G", numbering)
    assert names.hgvs_g == f"{GENOMIC}:g.1051T>G"
    assert (names.hgvs_c, names.hgvs_p) == (f"{CODING}:c.19T>G", f"{PROTEIN}:p.(Trp7Gly)")
    assert name_change(part, 20, "G", "A", numbering).hgvs_c == f"{CODING}:c.16-27G>A"

"""Kinase domain calls on reads made here, over the locus that the package carries."""

import math

import numpy as np
import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, call_tkd
from flt3itd.locus.residue_classes import HOTSPOTS
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import EventKind, Status
from tests.kinase_builders import D835, LOCUS, PLACE, READ_LENGTH, codon, only_event, read, sample

GOOD = bytes([37]) * READ_LENGTH


def test_d835y_is_called_named_and_counted() -> None:
    result = call_tkd(sample(50, 950, (D835 + 2, "C", "A")), PLACE)
    event = only_event(result)
    assert event.event is EventKind.TKD
    assert event.hgvs_c == "NM_004119.3:c.2503G>T"
    assert event.hgvs_p == "NP_004110.2:p.(Asp835Tyr)"
    assert (event.pos, event.ref, event.alt) == (28_018_505, "C", "A")
    assert (event.mutant_fragments, event.wildtype_fragments) == (50, 950)
    assert event.vaf == pytest.approx(0.05)
    assert event.vaf_low < 0.05 < event.vaf_high
    assert event.ar == pytest.approx(50 / 950)
    assert event.ar_low < event.ar < event.ar_high
    assert (event.filter, event.status, result.status) == (
        "PASS",
        Status.DETECTED,
        Status.DETECTED,
    )
    assert codon(result, 835) == (Status.DETECTED, 1000)
    assert codon(result, 836) == (Status.NOT_DETECTED, 1000)


def test_positions_follow_the_contig_of_the_bam() -> None:
    place = ReportedAt("S1", "13", LOCUS.first_position - 1 + 574_137, "GRCh37")
    event = only_event(call_tkd(sample(50, 950, (D835 + 2, "C", "A")), place))
    assert (event.chrom, event.pos) == ("13", 28_592_642)
    assert event.hgvs_g == "NC_000013.10:g.28592642C>A"


@pytest.mark.parametrize(
    ("change", "hgvs_c", "hgvs_p", "vcf", "residues"),
    [
        # Two bases of one codon are one event, not two.
        (
            (D835, "ATC", "GAC"),
            "2504_2505delinsTC",
            "Asp835Val",
            (28_018_503, "AT", "GA"),
            {835},
        ),
        (
            (D835 - 6, "CATG", "C"),
            "2508_2510del",
            "Ile836del",
            (28_018_497, "CATG", "C"),
            {836},
        ),
        (
            (D835 - 16, "T", "TGGATCC"),
            "2520_2521insGGATCC",
            "Ser840_Asn841insGlySer",
            (28_018_487, "T", "TGGATCC"),
            set(),
        ),
    ],
)
def test_codon_changes_deletions_and_insertions(
    change: tuple[int, str, str],
    hgvs_c: str,
    hgvs_p: str,
    vcf: tuple[int, str, str],
    residues: set[int],
) -> None:
    result = call_tkd(sample(60, 540, change), PLACE)
    event = only_event(result)
    assert event.hgvs_c == f"NM_004119.3:c.{hgvs_c}"
    assert event.hgvs_p == f"NP_004110.2:p.({hgvs_p})"
    assert (event.pos, event.ref, event.alt) == vcf
    assert event.mutant_fragments == 60
    assert event.vaf == pytest.approx(0.1)
    assert event.length_bp == abs(len(change[2]) - len(change[1]))
    assert event.in_frame is (True if event.length_bp else None)
    assert {c.residue for c in result.codons if c.status is Status.DETECTED} == residues


def test_overlapping_mates_count_once_and_must_agree() -> None:
    change = (D835 + 2, "C", "A")
    reads = []
    for i in range(400):
        first = change if i < 100 else None
        second = change if i < 60 else None  # mates of 40 fragments disagree
        reads.append(read(f"f{i}", D835 - 40, first))
        reads.append(read(f"f{i}", D835 - 60, second, mate=2))
    event = only_event(call_tkd(reads, PLACE))
    assert (event.mutant_fragments, event.wildtype_fragments) == (60, 300)
    assert event.informative_fragments == 360


def test_mates_must_agree_on_a_deletion_too() -> None:
    change = (D835 - 6, "CATG", "C")
    reads = []
    for i in range(400):
        reads.append(read(f"f{i}", D835 - 40, change if i < 100 else None))
        reads.append(read(f"f{i}", D835 - 60, change if i < 60 else None, mate=2))
    event = only_event(call_tkd(reads, PLACE))
    assert (event.mutant_fragments, event.wildtype_fragments) == (60, 300)


def tiled(change: tuple[int, str, str], *, forced: int) -> list[AlignedRead]:
    """One read of the mutant and one of the wild type from every start, as an aligner lays them.

    An arm of at most `forced` bases beyond the change is forced onto the reference without a gap,
    one of up to 14 bases is clipped.
    """
    offset, ref, alt = change
    behind = offset + len(ref)
    flank = READ_LENGTH + 20
    mutant = LOCUS.sequence[offset - flank : offset] + alt + LOCUS.sequence[behind:][:flank]
    gap = (2, len(ref)) if ref else (1, len(alt))
    reads = []
    for start in range(offset - READ_LENGTH + 1, offset):
        first = start - (offset - flank)
        sequence = mutant[first : first + READ_LENGTH]
        left = offset - start
        right = READ_LENGTH - left - len(alt)
        short = READ_LENGTH - left
        if short <= forced or left <= forced:
            cigar: tuple[tuple[int, int], ...] = ((0, READ_LENGTH),)
            at = start if short <= forced else start + len(ref) - len(alt)
        elif right <= 14:
            cigar, at = ((0, left), (4, short)), start
        elif left <= 14:
            cigar, at = ((4, left + len(alt)), (0, right)), behind
        else:
            cigar, at = ((0, left), gap, (0, right)), start
        reads.append(AlignedRead(f"m{first}", at, cigar, sequence, GOOD, False, True))
        reads.append(read(f"w{first}", offset - left))
    return reads


@pytest.mark.parametrize("forced", [0, 6])
@pytest.mark.parametrize(
    ("offset", "ref", "alt"),
    [
        (D835 - 3, "GAT", ""),
        (D835 - 15, "", "GGATCC"),
        (D835 - 12, "", LOCUS.sequence[D835 - 12 : D835 - 3]),
        (D835 + 7, LOCUS.sequence[D835 + 7], ""),
    ],
    ids=["I836del", "S840_N841insGS", "duplication of 9", "deletion of 1"],
)
def test_short_changes_are_counted_without_bias(
    offset: int, ref: str, alt: str, forced: int
) -> None:
    """Half of the molecules are mutant, whatever the aligner made of the ends of the reads."""
    reads = tiled((offset, ref, alt), forced=forced) * 3
    named = [each._replace(name=f"{each.name}_{i}") for i, each in enumerate(reads)]
    event = only_event(call_tkd(named, PLACE))
    assert event.length_bp == abs(len(alt) - len(ref))
    assert event.vaf == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("offset", "ref", "alt"),
    [
        (D835, "A", "AAAC"),
        (D835 + 1, "T", "TAAC"),
        (D835 - 12, LOCUS.sequence[D835 - 12 : D835 + 3], ""),
    ],
    ids=["D835delinsEF", "behind_the_first_base", "D835_D839del"],
)
def test_molecules_whose_codon_another_change_breaks_count_for_a_mutation_of_it(
    offset: int, ref: str, alt: str
) -> None:
    wildtype = sample(0, 450, (offset, ref, alt))
    broken = sample(250, 0, (offset, ref, alt), exons=())
    mutant = sample(300, 0, (D835 + 2, "C", "A"), exons=())
    reads = [
        one._replace(name=f"{group}_{one.name}")
        for group, some in enumerate((wildtype, broken, mutant))
        for one in some
    ]
    result = call_tkd(reads, PLACE)
    vafs = {event.hgvs_p.split(":")[1]: event.vaf for event in result.events}
    assert vafs.pop("p.(Asp835Tyr)") == pytest.approx(0.3)
    assert list(vafs.values()) == [pytest.approx(0.25)]
    assert codon(result, 835) == (Status.DETECTED, 1000)


@pytest.mark.parametrize(
    ("beside", "status"),
    [("", Status.NOT_DETECTED), ("G", Status.DETECTED), ("AG", Status.DETECTED)],
)
def test_a_base_that_differs_beside_a_change_is_part_of_it_and_others_are_read(
    beside: str, status: Status
) -> None:
    at = LOCUS.offset_of_cds(2521)
    ref = LOCUS.sequence[at - len(beside) + 1 : at + 1]
    assert all(one != other for one, other in zip(beside, ref, strict=True))
    inserted = (at - len(beside) + 1, ref, (beside or ref) + "GGATCC")
    result = call_tkd(sample(200, 800, inserted), PLACE)
    assert codon(result, 841) == (status, 1000)
    assert only_event(result).vaf == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("position", "base", "hgvs_p"),
    [
        (1944, "A", "Glu648Asp"),
        (2053, "T", "Gly685Arg"),
        (2207, "T", "Ser736Asn"),
    ],
)
def test_codons_that_are_split_between_exons_are_called_by_their_parts(
    position: int, base: str, hgvs_p: str
) -> None:
    offset = LOCUS.offset_of_cds(position)
    change = (offset, LOCUS.sequence[offset], base)
    reads = [read(f"f{i}", offset - 30 - i % 30, change if i < 50 else None) for i in range(1000)]
    event = only_event(call_tkd(reads, PLACE))
    assert event.hgvs_p == f"NP_004110.2:p.({hgvs_p})"
    assert (event.mutant_fragments, event.informative_fragments) == (50, 1000)


def test_bases_of_low_quality_say_nothing() -> None:
    change = (D835 + 2, "C", "A")
    reads = [read(f"f{i}", D835 - 40, change, quality=19) for i in range(200)]
    reads += [read(f"g{i}", D835 - 40) for i in range(200)]
    result = call_tkd(reads, PLACE)
    assert result.events == ()
    assert codon(result, 835) == (Status.NOT_DETECTED, 200)


def test_a_synonymous_change_is_no_event() -> None:
    result = call_tkd(sample(300, 300, (D835, "A", "G")), PLACE)
    assert result.events == ()
    assert codon(result, 835)[0] is Status.NOT_DETECTED


def test_without_reads_nothing_is_assessable_and_nothing_negative() -> None:
    result = call_tkd([], PLACE)
    assert result.status is Status.NOT_ASSESSABLE
    assert [c.residue for c in result.codons] == list(HOTSPOTS)
    assert "".join(c.reference_amino_acid for c in result.codons) == "NAFDIDNY"
    assert {(c.status, c.fragments, c.limit_of_detection) for c in result.codons} == {
        (Status.NOT_ASSESSABLE, 0, None)
    }


def test_codons_below_the_minimum_are_not_assessable_but_mutations_are_shown() -> None:
    reads = sample(40, 50, (D835 + 2, "C", "A"))
    result = call_tkd(reads, PLACE, TkdParameters(minimum_fragments=100))
    assert codon(result, 835)[0] is Status.NOT_ASSESSABLE
    assert codon(result, 691)[0] is Status.NOT_DETECTED
    assert only_event(result).filter == "low_depth"
    assert only_event(result).status is Status.NOT_ASSESSABLE
    assert result.status is Status.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("molecules", "status"), [(100, Status.NOT_DETECTED), (99, Status.NOT_ASSESSABLE)]
)
def test_more_reads_than_molecules_are_no_depth(molecules: int, status: Status) -> None:
    place = PLACE._replace(sampling=Sampling(CountedUnit.READS, molecules))
    result = call_tkd(sample(0, 500, (D835, "A", "A")), place)
    assert codon(result, 835)[0] is result.status is status
    assert ("molecules, fewer than 100" in result.reason) == (molecules < 100)


def test_one_uncovered_hotspot_keeps_the_whole_from_being_clean() -> None:
    result = call_tkd(sample(0, 500, (D835, "A", "A"), exons=(20,)), PLACE)
    assert codon(result, 835)[0] is Status.NOT_DETECTED
    assert codon(result, 691)[0] is Status.NOT_ASSESSABLE
    assert result.status is Status.NOT_ASSESSABLE


def noisy_reads(
    fragments: int,
    seed: int,
    change: tuple[int, str] | None = None,
    vaf: float = 0.0,
    phred: tuple[int, ...] = (37, 30, 25, 12),
) -> list[AlignedRead]:
    """Single reads over exon 20 whose errors follow their base qualities, drawn from `phred`."""
    rng = np.random.default_rng(seed)
    exon = LOCUS.exon(20)
    start, length = exon.start - 10, len(exon) + 20
    reference = np.frombuffer(LOCUS.sequence[start : start + length].encode(), dtype=np.uint8)
    reads = []
    for first in range(0, fragments, 2000):
        size = min(2000, fragments - first)
        bases = np.tile(reference, (size, 1))
        if change is not None:
            bases[rng.random(size) < vaf, change[0] - start] = ord(change[1])
        quality = rng.choice(np.array(phred, dtype=np.uint8), bases.shape)
        wrong = rng.random(bases.shape) < 10.0 ** (-quality.astype(float) / 10)
        bases[wrong] = rng.choice(np.frombuffer(b"ACGT", dtype=np.uint8), int(wrong.sum()))
        for i in range(size):
            sequence, qualities = bases[i].tobytes().decode(), quality[i].tobytes()
            name = f"n{first + i}"
            reads.append(AlignedRead(name, start, ((0, length),), sequence, qualities, False, True))
    return reads


@pytest.mark.parametrize(("fragments", "seed"), [(20_000, 1), (2_000, 2), (2_000, 3), (300, 4)])
def test_errors_of_wild_type_reads_are_not_called(fragments: int, seed: int) -> None:
    result = call_tkd(noisy_reads(fragments, seed), PLACE)
    assert result.events == ()
    limits = [c.limit_of_detection for c in result.codons if c.residue > 800]
    assert all(limit is not None and limit > 3 / fragments for limit in limits)


def test_the_limit_of_detection_is_kept() -> None:
    clean = call_tkd(noisy_reads(3_000, 5), PLACE)
    limit = next(c.limit_of_detection for c in clean.codons if c.residue == 835)
    assert limit is not None
    assert 0.002 < limit < 0.01
    change = (D835 + 2, "A")
    found = sum(
        bool(call_tkd(noisy_reads(3_000, seed, change, limit), PLACE).events)
        for seed in range(10, 22)
    )
    # Expected in 11.4 of 12; fewer than 9 has a chance of less than one in a thousand.
    assert found >= 9


def test_half_a_percent_is_found_in_2000_fragments() -> None:
    """With the qualities of current instruments: nine of ten bases Q37, the others Q25."""
    phred = (37,) * 9 + (25,)
    change = (D835 + 2, "A")
    found = 0
    for seed in range(30, 38):
        clean = call_tkd(noisy_reads(2_000, seed, phred=phred), PLACE)
        assert clean.events == ()
        limits = {c.residue: c.limit_of_detection for c in clean.codons}
        assert all(limits[residue] <= 0.0062 for residue in (835, 836, 839, 841, 842))  # type: ignore[operator]
        events = call_tkd(noisy_reads(2_000, seed + 100, change, 0.005, phred), PLACE).events
        assert {event.hgvs_p for event in events} <= {"NP_004110.2:p.(Asp835Tyr)"}
        found += len(events)
    # Expected in 7.2 of 8 or more; fewer than 5 has a chance of one in a hundred thousand.
    assert found >= 5


def test_a_mutation_has_its_p_value_and_the_published_class_of_its_residue() -> None:
    event = only_event(call_tkd(sample(50, 950, (D835 + 2, "C", "A")), PLACE))
    assert event.p_value is not None
    assert 0 <= event.p_value < 1e-6
    assert event.residue_class.startswith("activation loop: ")
    assert "(Smith et al., Nature 2012;485:260" in event.residue_class
    deletion = only_event(call_tkd(sample(50, 950, (D835 - 3, "GAT", "")), PLACE))
    assert deletion.hgvs_p == "NP_004110.2:p.(Ile836del)"
    assert deletion.residue_class == ""
    assert deletion.p_value is not None


def test_all_mutant_gives_an_infinite_ratio() -> None:
    event = only_event(call_tkd(sample(400, 0, (D835 + 2, "C", "A")), PLACE))
    assert event.vaf == 1.0
    assert math.isinf(event.ar)
    assert math.isinf(event.ar_high)
    assert math.isfinite(event.ar_low)

"""Long reads: from FASTQ or BAM to alleles, ratios and limits."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import edlib
import pysam
import pytest

from flt3itd.cli import main
from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.simulation.long_reads import (
    LongHaplotype,
    LongLibrary,
    LongReadSimulator,
    SimulatedRead,
)
from tests.builders import FastqRead, Read, write_bam, write_fastq

LOCUS = flt3_locus()
AMPLICON = (18_620, 19_560)
CASES = Path(__file__).parents[3] / "shared" / "cases" / "reads_that_cannot_answer"
CHR13 = 114_364_328


def duplicated(end: int, length: int, filler: str = "") -> str:
    """The locus with `length` bases before `end` (locus coordinates) twice."""
    return LOCUS.sequence[:end] + filler + LOCUS.sequence[end - length :]


def amplicon(sequence: str) -> str:
    tail = len(LOCUS) - AMPLICON[1]
    return sequence[AMPLICON[0] : len(sequence) - tail]


@cache
def reads_of(
    alleles: tuple[tuple[str, float], ...], library: LongLibrary, number: int, seed: int = 1
) -> tuple[SimulatedRead, ...]:
    """Reads of mutants (whole locus, share) beside the wild type."""
    wildtype = 1 - sum(share for _, share in alleles)
    sequences = [(LOCUS.sequence, wildtype), *alleles]
    cut = amplicon if library.length is None else str
    haplotypes = [LongHaplotype(cut(sequence), share) for sequence, share in sequences]
    return tuple(LongReadSimulator(haplotypes, library, seed).reads(number))


def called(folder: Path, reads: Sequence[SimulatedRead], *more: str) -> dict[str, Any]:
    path = write_fastq(
        folder / "reads.fastq.gz",
        [FastqRead(f"r{n}", one.sequence, one.qualities) for n, one in enumerate(reads)],
    )
    return answered(folder, "--fastq", str(path), *more)


def answered(folder: Path, *arguments: str) -> dict[str, Any]:
    assert main(["call", *arguments, "--assay", "long", "--out", f"{folder}/s"]) == 0
    document: dict[str, Any] = json.loads((folder / "s.flt3.json").read_text("utf-8"))
    return document


def mutants(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The events that pass, by the mutant sequence that they rebuild."""
    first = LOCUS.first_position
    return {
        LOCUS.sequence[: event["pos"] - first]
        + event["alt"]
        + LOCUS.sequence[event["pos"] - first + len(event["ref"]) :]: event
        for event in document["itd"]["events"]
        if event["filter"] == "PASS"
    }


@pytest.mark.parametrize(
    ("length", "filler", "errors"),
    [(12, "", 0.05), (57, "GCAT", 0.05), (398, "", 0.03), (3, "", 0.005), (6, "", 0.003)],
)
def test_an_itd_is_exact_in_forty_of_a_thousand_reads(
    tmp_path: Path, length: int, filler: str, errors: float
) -> None:
    mutant = duplicated(19_150, length, filler)
    reads = reads_of(((mutant, 0.04),), LongLibrary(errors), 1000)
    drawn = sum(one.haplotype for one in reads)
    found = mutants(called(tmp_path, reads))
    assert list(found) == [mutant]
    assert found[mutant]["mutant_fragments"] == pytest.approx(drawn, abs=2)
    assert found[mutant]["vaf_low"] < drawn / 1000 < found[mutant]["vaf_high"]


@pytest.mark.parametrize(
    "library",
    [
        LongLibrary(0.05, kinds=(0.1, 0.45, 0.45)),
        LongLibrary(0.03, run_growth=2.0),
        LongLibrary(0.001),
    ],
)
def test_no_itd_in_wild_type(tmp_path: Path, library: LongLibrary) -> None:
    document = called(tmp_path, reads_of((), library, 800))
    assert mutants(document) == {}
    assert document["itd"]["status"] == "not_detected"
    limits = {
        one["length_bp"]: one["limit_of_detection"] for one in document["itd"]["limits_by_length"]
    }
    assert limits[30] < 0.01
    if library.error_rate == 0.05:
        assert limits[3] is None
        assert any("shorter than" in one for one in document["warnings"])
    if library.error_rate == 0.001:
        assert limits[3] < 0.02


def test_several_itds_at_once(tmp_path: Path) -> None:
    """Two of one length ten bases apart, one inside intron 14, a filler."""
    alleles = (
        (duplicated(19_150, 45), 0.3),
        (duplicated(19_160, 45), 0.1),
        (duplicated(19_000, 60), 0.05),
        (duplicated(19_190, 21, "CGTTA"), 0.04),
    )
    reads = reads_of(alleles, LongLibrary(0.02), 800)
    found = mutants(called(tmp_path, reads))
    assert set(found) == {sequence for sequence, _ in alleles}
    for number, (sequence, _) in enumerate(alleles, start=1):
        drawn = sum(one.haplotype == number for one in reads)
        assert found[sequence]["mutant_fragments"] == pytest.approx(drawn, abs=0.05 * drawn + 1)


def test_a_rare_itd_beside_frequent_ones(tmp_path: Path) -> None:
    """The reads of the longer ones must not count as errors that are as long as the rare one."""
    alleles = (
        (duplicated(19_062, 117), 0.4),
        (duplicated(19_190, 63), 0.1),
        (duplicated(19_091, 48), 0.03),
    )
    library = LongLibrary(0.03, run_growth=2.0)
    found = mutants(called(tmp_path, reads_of(alleles, library, 800)))
    assert set(found) == {sequence for sequence, _ in alleles}


@pytest.mark.parametrize(("start", "end"), [(19_150, 19_410), (19_141, 19_702), (18_650, 18_950)])
def test_a_copy_may_hold_a_flank(tmp_path: Path, start: int, end: int) -> None:
    """The window ends at 18,780 and 19,400: the junction or a flank lies in the copies."""
    mutant = LOCUS.sequence[:end] + "CA" + LOCUS.sequence[start:]
    part = slice(18_000, -2_000)
    haplotypes = [LongHaplotype(LOCUS.sequence[part], 0.8), LongHaplotype(mutant[part], 0.2)]
    reads = list(LongReadSimulator(haplotypes, LongLibrary(0.02), 5).reads(150))
    assert list(mutants(called(tmp_path, reads))) == [mutant]


def test_random_bases_are_an_insertion(tmp_path: Path) -> None:
    inserted = "GTCCATAGGCTTAACGATCTGCAATCGGTA"
    mutant = LOCUS.sequence[:19_150] + inserted + LOCUS.sequence[19_150:]
    found = mutants(called(tmp_path, reads_of(((mutant, 0.1),), LongLibrary(0.05), 600)))
    assert list(found) == [mutant]
    assert found[mutant]["event"] == "insertion"


@pytest.mark.parametrize("length", [60, 390])
def test_molecules_of_two_kilobases_have_no_bias(tmp_path: Path, length: int) -> None:
    """A read of 2 kb spans the longer allele less often; the counts alone would say so."""
    mutant = duplicated(19_180, length)
    part = slice(16_500, -500)
    haplotypes = [LongHaplotype(LOCUS.sequence[part], 0.6), LongHaplotype(mutant[part], 0.4)]
    library = LongLibrary(0.003, length=2000)
    reads = list(LongReadSimulator(haplotypes, library, 5).reads(5000))
    [event] = mutants(called(tmp_path, reads)).values()
    plain = event["mutant_fragments"] / event["informative_fragments"]
    assert event["vaf"] == pytest.approx(0.4, abs=0.025)
    assert event["vaf"] > plain
    if length == 390:
        assert plain < 0.36


def test_partial_reads_and_two_molecules_in_one(tmp_path: Path) -> None:
    mutant = duplicated(19_150, 66)
    library = LongLibrary(0.02, partial=0.3, chimeric=0.1)
    reads = reads_of(((mutant, 0.2),), library, 1200)
    document = called(tmp_path, reads)
    assert list(mutants(document)) == [mutant]
    assert document["itd"]["events"][0]["vaf"] == pytest.approx(0.2, abs=0.035)


def test_a_short_amplicon_of_exon_14_is_no_chimera_of_itself(tmp_path: Path) -> None:
    """Two amplicons in one read look like a duplication of the whole amplicon."""
    part = LOCUS.sequence[18_960:19_290]
    library = LongLibrary(0.02, chimeric=0.2)
    reads = list(LongReadSimulator([LongHaplotype(part, 1.0)], library, 3).reads(500))
    document = called(tmp_path, reads)
    assert document["itd"]["status"] == "not_detected"
    assert mutants(document) == {}
    assert any("exon 15" in one for one in document["warnings"])


def test_low_depth(tmp_path: Path) -> None:
    mutant = duplicated(19_150, 48)
    few = reads_of(((mutant, 0.4),), LongLibrary(0.03), 40)
    assert list(mutants(called(tmp_path, few))) == [mutant]
    document = called(tmp_path, reads_of((), LongLibrary(0.03), 29))
    assert document["itd"]["status"] == "not_assessable"
    document = called(tmp_path, reads_of((), LongLibrary(0.03), 30))
    assert document["itd"]["status"] == "not_detected"


def test_reads_from_elsewhere(tmp_path: Path) -> None:
    part = LOCUS.sequence[3_000:5_000]
    reads = list(LongReadSimulator([LongHaplotype(part, 1.0)], LongLibrary(0.001), 3).reads(120))
    document = called(tmp_path, reads)
    assert document["itd"]["status"] == "not_assessable"
    assert document["itd"]["limit_of_detection"] is None


def test_what_one_strand_shows_is_filtered(tmp_path: Path) -> None:
    """Thirty bases that basecalling makes of one strand only."""
    reads = list(reads_of(((duplicated(19_150, 30), 0.2),), LongLibrary(0.01), 600))
    kept = [one for one in reads if not one.haplotype or one.is_reverse]
    document = called(tmp_path, kept)
    [event] = document["itd"]["events"]
    assert event["filter"] == "one_strand"
    assert document["itd"]["status"] == "not_detected"


def test_a_known_itd_is_counted(tmp_path: Path) -> None:
    mutant = duplicated(19_150, 48)
    called(tmp_path, reads_of(((mutant, 0.2),), LongLibrary(0.03), 300))
    known = (tmp_path / "s.itd.vcf.gz").rename(tmp_path / "known.vcf.gz")
    reads = [one for one in reads_of(((mutant, 0.2),), LongLibrary(0.03), 300) if not one.haplotype]
    two = [one for one in reads_of(((mutant, 0.2),), LongLibrary(0.03), 300) if one.haplotype][:2]
    [absent] = called(tmp_path, reads, "--known", str(known))["itd"]["known"]
    assert (absent["status"], absent["mutant_fragments"]) == ("not_detected", 0)
    assert absent["vaf_upper"] == pytest.approx(3 / len(reads), rel=0.05)
    # Two reads are more than errors, and there where 4.74 are expected.
    assert absent["limit_of_detection"] == pytest.approx(4.744 / len(reads), rel=0.05)
    [present] = called(tmp_path, [*reads, *two], "--known", str(known))["itd"]["known"]
    assert (present["status"], present["mutant_fragments"]) == ("detected", 2)


EXON_20 = slice(2_900, 4_200)
D835Y = LOCUS.offset_of_cds(2503)
"""c.2503G>T; the plus strand has C there, and A in the mutant."""


def kinase_reads_of(share: float, library: LongLibrary, seed: int = 1) -> list[SimulatedRead]:
    """Reads of an amplicon of exon 20, so many (a fraction) with D835Y."""
    mutant = LOCUS.sequence[:D835Y] + "A" + LOCUS.sequence[D835Y + 1 :]
    haplotypes = [LongHaplotype(LOCUS.sequence[EXON_20], 1 - share)]
    if share:
        haplotypes.append(LongHaplotype(mutant[EXON_20], share))
    return list(LongReadSimulator(haplotypes, library, seed).reads(400))


def codon_835(document: dict[str, Any]) -> dict[str, Any]:
    [codon] = [one for one in document["tkd"]["codons"] if one["residue"] == 835]
    found: dict[str, Any] = codon
    return found


@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_kinase_domain_mutation_is_found_in_reads_with_few_errors(
    tmp_path: Path, share: float
) -> None:
    """Also where the mutation itself is most of what differs from the reference."""
    reads = kinase_reads_of(share, LongLibrary(0.001))
    drawn = sum(one.haplotype for one in reads) / len(reads)
    document = called(tmp_path, reads)
    [event] = document["tkd"]["events"]
    assert (document["tkd"]["status"], event["hgvs_c"].split(":")[1]) == ("detected", "c.2503G>T")
    assert event["vaf"] == pytest.approx(drawn, abs=0.02)
    assert event["vaf_low"] < drawn < event["vaf_high"]


@pytest.mark.parametrize(
    ("qualities", "reason"),
    [("0", "0% of the bases of these long reads have quality 20"), ("I", "reads are wrong")],
)
def test_codons_are_not_assessable_in_reads_with_many_errors(
    tmp_path: Path, qualities: str, reason: str
) -> None:
    """Whether the qualities say so (Q15) or do not (Q40)."""
    reads = [
        replace(one, qualities=qualities * len(one.sequence))
        for one in kinase_reads_of(0.3, LongLibrary(0.03))
    ]
    tkd = called(tmp_path, reads)["tkd"]
    assert (tkd["status"], tkd["events"]) == ("not_assessable", [])
    assert reason in tkd["reason"]
    assert {one["status"] for one in tkd["codons"]} == {"not_assessable"}


@pytest.mark.parametrize("errors", [0.0005, 0.001, 0.01])
def test_no_kinase_domain_mutation_in_wild_type(tmp_path: Path, errors: float) -> None:
    """1 % of errors are 0.3 % of wrong bases."""
    document = called(tmp_path, kinase_reads_of(0.0, LongLibrary(errors), seed=7))
    assert codon_835(document)["status"] == "not_detected"
    assert document["tkd"]["events"] == []


def bam_of(folder: Path, reads: Sequence[SimulatedRead]) -> Path:
    """Reads aligned from end to end, adapters and all: no clip, gaps wherever they cost least."""
    records = []
    for number, one in enumerate(reads):
        sequence = reverse_complement(one.sequence) if one.is_reverse else one.sequence
        found = edlib.align(sequence, LOCUS.sequence, mode="HW", task="path")
        position = LOCUS.first_position - 1 + found["locations"][0][0]
        flag = 16 if one.is_reverse else 0
        records.append(
            Read(f"r{number}", "chr13", position, found["cigar"], sequence, flag, qualities=15)
        )
    return write_bam(folder / "reads.bam", {"chr13": CHR13}, records)


def test_reads_of_a_bam_are_cut_whatever_their_gaps(tmp_path: Path) -> None:
    mutant = duplicated(19_150, 48)
    reads = reads_of(((mutant, 0.2),), LongLibrary(0.03), 200)
    document = answered(tmp_path, "--bam", str(bam_of(tmp_path, reads)))
    assert list(mutants(document)) == [mutant]
    assert document["provenance"]["assay"] == "long"


def test_reads_of_a_bam_without_places_answer_as_those_of_fastq(tmp_path: Path) -> None:
    reads = reads_of(((duplicated(19_150, 48), 0.2),), LongLibrary(0.03), 200)
    fastq = [FastqRead(f"r{at}", one.sequence, one.qualities) for at, one in enumerate(reads)]
    records = [
        Read(
            one.name, "", -1, "", one.sequence, 0x4, tuple(ord(q) - 33 for q in one.qualities),
            mapping_quality=0,
        )
        for one in fastq
    ]  # fmt: skip
    bam = write_bam(tmp_path / "reads.bam", {}, records)
    of_bam = answered(tmp_path, "--bam", str(bam))
    of_fastq = answered(tmp_path, "--fastq", str(write_fastq(tmp_path / "reads.fastq", fastq)))
    assert [of_bam[part] for part in ("itd", "tkd", "reads")] == [
        of_fastq[part] for part in ("itd", "tkd", "reads")
    ]


def test_two_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [write_fastq(tmp_path / f"{n}.fastq", [FastqRead("r", "ACGT", "IIII")]) for n in (1, 2)]
    arguments = ["call", "--fastq", *map(str, paths), "--assay", "long", "--out", f"{tmp_path}/s"]
    assert main(arguments) == 2
    assert "long reads are single" in capsys.readouterr().err


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project")
def test_the_cases(tmp_path: Path) -> None:
    bam = tmp_path / "long.bam"
    bam.write_bytes((CASES / "long_reads_12kb_vaf0.5_itd30.bam").read_bytes())
    pysam.index(str(bam))
    [event] = answered(tmp_path, "--bam", str(bam))["itd"]["events"]
    assert event["length_bp"] == 30
    assert event["vaf"] == pytest.approx(0.5, abs=0.1)
    wildtype = answered(tmp_path, "--fastq", str(CASES / "long_amplicon_wildtype.fq.gz"))
    assert wildtype["itd"]["status"] == "not_detected"
    assert math.isclose(wildtype["itd"]["informative_fragments"], 1000, rel_tol=0.01)
    [event] = answered(tmp_path, "--fastq", str(CASES / "indel_prone_300bp_vaf0.4.fq.gz"))["itd"][
        "events"
    ]
    assert (event["length_bp"], event["filter"]) == (30, "PASS")
    assert event["vaf_low"] < 0.4 < event["vaf_high"]

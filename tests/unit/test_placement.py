"""Where the locus lies in a BAM: builds, contig names, odd headers, and refusals."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.fasta import read_fasta
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, GRCH37_SHIFT, flt3_locus
from flt3itd.reads.coordinates import Placement, locate
from tests.builders import Read, random_sequence, write_bam, write_fasta

LOCUS = flt3_locus()
OFFSET = LOCUS.first_position - 1
OTHER = str.maketrans("ACGT", "CATG")
EXON_14 = (LOCUS.exon(14).start, LOCUS.exon(14).end)


def reads(contig: str, shift: int, count: int = 40, other: bool = False) -> list[Read]:
    """Reads over exon 14; `other` ones have the sequence of another place."""
    start = LOCUS.exon(14).start
    return [
        Read(
            f"r{n}",
            contig,
            start + n + shift,
            "100M",
            random_sequence(100, n) if other else LOCUS.sequence[start + n : start + n + 100],
        )
        for n in range(count)
    ]


def located(
    folder: Path, contigs: dict[str, int], found: list[Read], reference: Path | None = None
) -> Placement:
    path = write_bam(folder / "x.bam", contigs, found)
    with pysam.AlignmentFile(str(path)) as bam:
        found_reads = locate(bam, str(path), LOCUS, reference, EXON_14)
        assert sorted(record.query_name or "" for record in found_reads.records) == sorted(
            read.name for read in found
        )
        return found_reads.placement


def refused(
    folder: Path, contigs: dict[str, int], found: list[Read], reference: Path | None = None
) -> str:
    with pytest.raises(UserError) as caught:
        located(folder, contigs, found, reference)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("contig", ["chr13", "13", "NC_000013.11"])
@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_builds_and_contig_names(tmp_path: Path, contig: str, build: str) -> None:
    shift = OFFSET + (GRCH37_SHIFT if build == "GRCh37" else 0)
    contigs = {"chr1": 1000, contig: CHROMOSOME_LENGTH[build]}
    placement = located(tmp_path, contigs, reads(contig, shift))
    assert placement == Placement(contig, shift, build)
    exon = placement.position(LOCUS.exon(14).start)
    assert exon == {"GRCh37": 28_608_219, "GRCh38": 28_034_082}[build]


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_a_header_of_odd_length_is_told_by_its_reads(tmp_path: Path, build: str) -> None:
    shift = OFFSET + (GRCH37_SHIFT if build == "GRCh37" else 0)
    placement = located(tmp_path, {"chr13": 115_000_000}, reads("chr13", shift))
    assert (placement.build, placement.shift) == (build, shift)


def test_a_header_of_odd_length_without_reads(tmp_path: Path) -> None:
    message = refused(tmp_path, {"chr13": 115_000_000}, [])
    assert "--reference" in message


def test_reads_that_are_not_those_of_flt3(tmp_path: Path) -> None:
    contigs = {"chr13": CHROMOSOME_LENGTH["GRCh38"]}
    message = refused(tmp_path, contigs, reads("chr13", OFFSET, other=True))
    assert "another build" in message
    assert "chr13:28034082" in message


@pytest.mark.parametrize(("changed", "like"), [(40, True), (41, False)])
def test_reads_of_another_species_are_no_other_build(
    tmp_path: Path, changed: int, like: bool
) -> None:
    """Of 100 bases 60 agree, and 59."""
    found = [
        replace(one, sequence=one.sequence[:changed].translate(OTHER) + one.sequence[changed:])
        for one in reads("chr13", OFFSET)
    ]
    message = refused(tmp_path, {"chr13": CHROMOSOME_LENGTH["GRCh38"]}, found)
    assert ("another species" in message) == like
    assert ("another build" in message) != like


def test_unknown_bases_are_of_no_other_species(tmp_path: Path) -> None:
    contigs = {"chr13": CHROMOSOME_LENGTH["GRCh38"]}
    masked = [replace(one, sequence="N" * 30 + one.sequence[30:]) for one in reads("chr13", OFFSET)]
    assert located(tmp_path, contigs, masked).build == "GRCh38"


def test_few_or_no_reads_cannot_contradict_the_header(tmp_path: Path) -> None:
    contigs = {"chr13": CHROMOSOME_LENGTH["GRCh38"]}
    assert located(tmp_path, contigs, []).build == "GRCh38"
    assert located(tmp_path, contigs, reads("chr13", OFFSET, 5, other=True)).build == "GRCh38"


def test_a_slice_is_found_in_the_reference(tmp_path: Path) -> None:
    flank = random_sequence(777, 1)
    sequences = {"other": random_sequence(2000, 2), "slice": flank + LOCUS.sequence.lower()}
    reference = write_fasta(tmp_path / "genome.fa", sequences)
    contigs = {name: len(sequence) for name, sequence in sequences.items()}
    placement = located(tmp_path, contigs, reads("slice", 777), reference)
    assert (placement.contig, placement.shift) == ("slice", 777)


def test_a_reference_that_the_bam_was_not_aligned_to(tmp_path: Path) -> None:
    reference = write_fasta(tmp_path / "genome.fa", {"slice": LOCUS.sequence})
    message = refused(tmp_path, {"slice": len(LOCUS) + 1}, [], reference)
    assert f"no contig slice of {len(LOCUS)} bases" in message


@pytest.mark.parametrize("text", [">x\nACGT\n", "", "no FASTA at all\n"])
def test_a_reference_without_the_locus(tmp_path: Path, text: str) -> None:
    reference = tmp_path / "genome.fa"
    reference.write_text(text)
    assert str(reference) in refused(tmp_path, {"x": 4}, [], reference)


@pytest.mark.parametrize("data", [b"chr13\tMANE\texon\n", b"@r\nACGT\n+\nIIII\n", b"BAM\x01\xb8"])
def test_a_reference_that_is_no_fasta(tmp_path: Path, data: bytes) -> None:
    (path := tmp_path / "genome.fa").write_bytes(data)
    with pytest.raises(UserError, match=r"the reference cannot be read as FASTA: \S") as told:
        list(read_fasta(path, "the reference"))
    assert "\n" not in str(told.value)


def test_no_chromosome_13(tmp_path: Path) -> None:
    assert "no contig chr13 or 13" in refused(tmp_path, {"chr1": 1000}, [])


def test_bases_written_as_equal_to_the_reference(tmp_path: Path) -> None:
    found = [
        Read(read.name, "chr13", read.position, "100M", "=" * 99 + "A")
        for read in reads("chr13", OFFSET)
    ]
    message = refused(tmp_path, {"chr13": CHROMOSOME_LENGTH["GRCh38"]}, found)
    assert "written as = (samtools calmd -e)" in message

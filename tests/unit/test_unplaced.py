"""Reads that an aligner left without a place: those of the locus are found among them."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.unplaced import KmerFilter, unplaced_records
from tests.builders import Pair, Read, random_sequence, write_bam
from tests.itd_builders import (
    LOCUS,
    amplicon_pairs,
    assert_found,
    call,
    sample_pairs,
    tandem,
    write_sample,
)

SEQUENCE = random_sequence(600, 2)
FOREIGN = random_sequence(600, 3)


@pytest.mark.parametrize(
    ("sequence", "taken"),
    [
        (SEQUENCE[100:200], True),
        (reverse_complement(SEQUENCE[100:200]), True),
        (SEQUENCE[100:116] + FOREIGN[:100], True),
        (SEQUENCE[100:112] + FOREIGN[:100], False),
        (FOREIGN[:100] + SEQUENCE[284:300], True),
        (FOREIGN[:20] + SEQUENCE[100:150] + FOREIGN[20:56], True),
        (FOREIGN[:100], False),
        (SEQUENCE[100:115], False),
        (SEQUENCE[400:500], False),
        ("", False),
    ],
)
def test_reads_that_share_bases_with_the_parts(sequence: str, taken: bool) -> None:
    assert KmerFilter(SEQUENCE, [(100, 300)]).takes(sequence) is taken


@pytest.mark.parametrize(("program", "found"), [("hisat2", 1), ("bwa", 0), ("bwa-mem2", 0)])
def test_unplaced_records_of_a_file(tmp_path: Path, program: str, found: int) -> None:
    reads = [
        Read("placed", "c", 5, "50M", SEQUENCE[:50]),
        Read("unplaced", "", -1, "", SEQUENCE[100:150], flag=0x4),
        Read("of something else", "", -1, "", FOREIGN[:50], flag=0x4),
    ]
    source, path = write_bam(tmp_path / "x.bam", {"c": 600}, reads), str(tmp_path / "y.bam")
    with pysam.AlignmentFile(str(source)) as bam:
        header = bam.header.to_dict() | {"PG": [{"ID": "1", "PN": program}]}
        with pysam.AlignmentFile(path, "wb", header=header) as copy:
            for read in bam:
                copy.write(read)
    pysam.index(path)
    with pysam.AlignmentFile(path) as bam:
        names = [one.query_name for one in unplaced_records(bam, KmerFilter(SEQUENCE, [(0, 600)]))]
    assert names == ["unplaced"] * found


def unaligned(pairs: list[Pair]) -> list[Read]:
    """Wild-type pairs where they lie, and those of mutants without a place."""
    reads = []
    for pair in pairs:
        mates = pair.first, pair.second
        places = [
            (LOCUS.sequence.find(text), reverse)
            for one in mates
            for reverse, text in enumerate((one.sequence, reverse_complement(one.sequence)))
            if text in LOCUS.sequence
        ]
        for number, one in enumerate(mates):
            flag = 0x1 | (0x40, 0x80)[number]
            qualities = tuple(ord(letter) - 33 for letter in one.qualities)
            read = Read(one.name, "", -1, "", one.sequence, flag | 0xC, qualities)
            if pair.haplotype == "wildtype" and len(places) == 2:
                (start, reverse), (mate, _) = places[number], places[1 - number]
                shift = LOCUS.first_position - 1
                text = reverse_complement(one.sequence) if reverse else one.sequence
                read = replace(
                    read,
                    contig="chr13",
                    position=start + shift,
                    cigar=f"{len(text)}M",
                    sequence=text,
                    flag=flag | 0x2 | (0x10 if reverse else 0x20),
                    qualities=qualities[::-1] if reverse else qualities,
                    mate=("chr13", mate + shift),
                )
            reads.append(read)
    return reads


@pytest.mark.parametrize("assay", ["capture", "amplicon"])
def test_an_itd_of_which_no_read_was_aligned(tmp_path: Path, assay: str) -> None:
    """As HISAT2 leaves pairs of an amplicon, and STAR from end to end any."""
    mutant = tandem(28_034_090, 28_034_149, 0.3)
    pairs = (
        sample_pairs([mutant], 200)
        if assay == "capture"
        else amplicon_pairs([mutant], [(28_033_930, 28_034_240)], 400)
    )
    bam = write_sample(tmp_path / "x.bam", unaligned(pairs))
    assert_found(call(tmp_path, "--bam", str(bam), "--assay", assay), [mutant])

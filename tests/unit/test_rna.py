"""RNA: reads across splice junctions, on the genome and on the transcript."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.kinase.tkd import EXONS
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from flt3itd.reads.alignment import CIGAR_MATCH, CIGAR_SKIP
from flt3itd.reads.placed import PlacedReads
from tests.builders import Pair, Read, read_pairs, write_bam, write_fasta, write_mates
from tests.itd_builders import Called, call

LOCUS = flt3_locus()
TEMPLATE = spliced_template(LOCUS)


def at(cds: int) -> int:
    return TEMPLATE.from_locus(LOCUS.offset_of_cds(cds))


def duplicated(first_cds: int, last_cds: int) -> str:
    """The joined exons with c.first_last twice."""
    start, end = at(last_cds), at(first_cds) + 1
    return TEMPLATE.sequence[:end] + TEMPLATE.sequence[start:]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """c.1782_1862dup reaches over the junction of exons 14 and 15; the other is in exon 14."""
    asp835 = at(835 * 3 - 2)
    d835y = TEMPLATE.sequence[:asp835] + "A" + TEMPLATE.sequence[asp835 + 1 :]
    haplotypes = [
        ("wildtype", TEMPLATE.sequence, 0.5),
        ("across", duplicated(1782, 1862), 0.2),
        ("inside", duplicated(1771, 1815), 0.1),
        ("d835y", d835y, 0.2),
    ]
    return read_pairs(haplotypes, 500)


def assert_named(called: Called) -> None:
    named = {event["hgvs_c"]: event for event in called.passing}
    assert set(named) == {"NM_004119.3:c.1782_1862dup", "NM_004119.3:c.1771_1815dup"}
    across = named["NM_004119.3:c.1782_1862dup"]
    assert across["hgvs_g"] == ""
    assert across["hgvs_p"] == "NP_004110.2:p.(Arg595_Phe621dup)"
    assert across["vaf_low"] < 0.2 < across["vaf_high"]
    [mutation] = called.document["tkd"]["events"]
    assert mutation["hgvs_p"] == "NP_004110.2:p.(Asp835Tyr)"
    assert mutation["pos"] == 28_018_505


def test_from_fastq(tmp_path: Path, pairs: list[Pair]) -> None:
    first, second = write_mates(tmp_path, pairs)
    assert_named(call(tmp_path, "--fastq", str(first), str(second), "--assay", "rna"))


def test_aligned_to_the_transcript(tmp_path: Path, pairs: list[Pair]) -> None:
    transcript = write_fasta(
        tmp_path / "transcript.fa", {"NM_004119.3": reverse_complement(TEMPLATE.sequence)}
    )
    first, second = write_mates(tmp_path, pairs)
    subprocess.run(["bwa", "index", str(transcript)], check=True, capture_output=True)
    command = ["bwa", "mem", "-v", "1", str(transcript), str(first), str(second)]
    text = subprocess.run(command, check=True, capture_output=True).stdout
    bam = tmp_path / "sample.bam"
    subprocess.run(
        ["samtools", "sort", "-o", str(bam), "-"], input=text, check=True, capture_output=True
    )
    subprocess.run(["samtools", "index", str(bam)], check=True)
    assert_named(call(tmp_path, "--bam", str(bam), "--assay", "rna"))


def spliced_alignment(name: str, sequence: str, start: int, reverse: bool) -> Read:
    """A read of the joined exons from `start` on, on the genome with N at the splice sites."""
    cigar, position, left = "", start, len(sequence)
    while left:
        block = TEMPLATE.block_at(position)
        here = min(left, block.end - position)
        cigar += f"{here}M"
        position += here
        left -= here
        if left:
            gap = TEMPLATE.to_locus(position) - TEMPLATE.to_locus(position - 1) - 1
            cigar += f"{gap}N"
    shift = LOCUS.first_position - 1
    flag = 16 if reverse else 0
    return Read(name, "chr13", TEMPLATE.to_locus(start) + shift, cigar, sequence, flag)


def test_aligned_to_the_genome_with_gaps(tmp_path: Path) -> None:
    """Reads of the wild type with N; those of the mutant as an aligner clips them."""
    mutant = duplicated(1782, 1862)
    start, end = at(1862), at(1782) + 1
    reads = []
    for place in range(end - 90, end - 9):
        for copy in range(4):
            whole = TEMPLATE.sequence[place : place + 100]
            reads.append(spliced_alignment(f"w{place}.{copy}", whole, place, copy % 2 == 1))
        clipped = mutant[place : place + 100]
        left = spliced_alignment(f"m{place}", clipped[: end - place], place, False)
        cigar = f"{left.cigar}{100 - (end - place)}S"
        reads.append(Read(left.name, left.contig, left.position, cigar, clipped))
    bam = write_bam(tmp_path / "sample.bam", {"chr13": 114_364_328}, reads)
    called = call(tmp_path, "--bam", str(bam), "--assay", "rna")
    [event] = called.passing
    assert event["hgvs_c"] == "NM_004119.3:c.1782_1862dup"
    assert event["mutant_fragments"] > 70
    assert start < end


def test_reads_across_a_splice_site_get_their_gap_back() -> None:
    place = TEMPLATE.exon(16)[1] - 40  # genomic order: exon 16, then exon 15
    reads = PlacedReads(TEMPLATE, EXONS)
    sequence = TEMPLATE.sequence[place : place + 100]
    reads.add(0, "r", reverse_complement(sequence), bytes([35] * 100), is_read1=True)
    [read] = reads.tkd
    gap = LOCUS.exon(15).start - LOCUS.exon(16).end
    assert read.cigar == ((CIGAR_MATCH, 40), (CIGAR_SKIP, gap), (CIGAR_MATCH, 60))
    assert read.start == LOCUS.exon(16).end - 40
    assert read.sequence == sequence
    assert read.is_reverse


SPOILED = {
    "hard clipped": "reads are hard clipped",
    "without bases": "no bases",
    "filtered": "mates are missing",
}


@pytest.mark.parametrize("way", SPOILED)
def test_what_was_taken_from_a_spliced_bam_is_missed(tmp_path: Path, way: str) -> None:
    """Reads of a wild type, and what a later step left of clipped ones of a mutant."""
    start = TEMPLATE.exon(14)[0] + 5
    reads = []
    for place in range(start, start + 40):
        for mate, begin in enumerate((place, place + 60)):
            whole = TEMPLATE.sequence[begin : begin + 100]
            one = spliced_alignment(f"w{place}", whole, begin, reverse=mate == 1)
            other = TEMPLATE.to_locus(place + 60 * (1 - mate)) + LOCUS.first_position - 1
            flags = (0x63, 0x93)[mate]
            reads.append(replace(one, flag=flags, mate=("chr13", other)))
    for number, read in enumerate(reads[:20:2]):
        if way == "hard clipped":
            left = spliced_alignment(read.name, read.sequence[:60], start + number, False)
            left = replace(left, cigar=f"{left.cigar}40H", flag=read.flag, mate=read.mate)
            reads[2 * number] = left
        elif way == "without bases":
            reads[2 * number] = replace(read, sequence="", qualities=())
    if way == "filtered":
        reads = reads[1:20:2] + reads[20:]
    bam = write_bam(tmp_path / "sample.bam", {"chr13": 114_364_328}, reads)
    called = call(tmp_path, "--bam", str(bam), "--assay", "rna")
    assert called.status == "not_assessable"
    assert SPOILED[way] in called.document["itd"]["reason"]

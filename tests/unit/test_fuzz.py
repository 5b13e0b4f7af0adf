"""Arbitrary reads over FLT3: no traceback, no hang, and no call without reads behind it.

A case is a handful of alignments decoded from random bytes: matching, clipped, inserted, deleted,
spliced, hard clipped, unmapped, beyond the ends of the contig, of any flag and quality, among them
groups of reads that share a breakpoint, so that calls are made and not only refused.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flt3itd.cli import main
from flt3itd.common.bases import reverse_complement
from flt3itd.insertions import junctions
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.kinase.tkd import ReportedAt, call_tkd
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.reads.aligned import aligned_reads
from flt3itd.reads.kmer_aligner import LocusAligner
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.streaming import Stretch, Taken, collect_reads
from flt3itd.records import EventKind, FltEvent, Status
from tests.builders import write_fasta
from tests.drawn_cases import CASES, TIMES

LOCUS = flt3_locus()
TEMPLATE = genomic_template(LOCUS)
ITD_REGION = TEMPLATE.region
TKD_REGION = (LOCUS.exon(20).start - 60, LOCUS.exon(20).end + 60)
SLICE = (LOCUS.exon(15).start - 150, LOCUS.exon(14).end + 150)
"""A contig that ends near the exons, so that reads hang over its ends."""
SHIFT = LOCUS.first_position - 1
SKIPPED = 0x100 | 0x200 | 0x400 | 0x800
HEADER = pysam.AlignmentHeader.from_dict(
    {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": "chr13", "LN": CHROMOSOME_LENGTH["GRCh38"]}],
    }
)
SPECIFIC = 12
"""Bases of a mutant that the wild type nowhere has in a row: what a read behind a call shows."""


@dataclass
class Source:
    """Numbers from a string of bytes; zeros when it is used up, so that short cases are simple."""

    data: bytes
    region: tuple[int, int]
    at: int = 0

    def place(self) -> int:
        """A locus coordinate of the region."""
        start, end = self.region
        return start + self.below(end - start)

    def below(self, limit: int) -> int:
        """A number from 0, below `limit` (at most 65536)."""
        pair = self.data[self.at : self.at + 2].ljust(2, b"\0")
        self.at += 2
        return int.from_bytes(pair, "big") % limit

    def choice(self, items: Sequence[str]) -> str:
        return items[self.below(len(items))]

    def bases(self, length: int) -> str:
        """Random bases; the same few bytes give as many as are wanted."""
        state = self.below(65_536) + 1
        made = []
        for _ in range(length):
            state = (state * 1_103_515_245 + 12_345) % 2**31
            made.append("ACGTN"[(state >> 16) % 33 % 5 if (state >> 16) % 33 else 4])
        return "".join(made)

    @property
    def is_used_up(self) -> bool:
        return self.at >= len(self.data)


FLAGS = (0, 0, 16, 99, 147, 83, 163, 1, 65, 129, 73, 133, 4, 77, 141, 256, 512, 1024, 2048, 4095)
OPERATIONS = "MMMMIDSHNP=X"


def alignments(data: bytes, region: tuple[int, int] = ITD_REGION) -> list[pysam.AlignedSegment]:
    """The reads of a case, in the order of their positions on chr13."""
    source = Source(data, region)
    made: list[pysam.AlignedSegment] = []
    while not source.is_used_up and len(made) < 60:
        kind = source.below(4)
        if kind == 0:
            made += _of_one_duplication(source, len(made))
        elif kind == 1:
            made.append(_of_any_shape(source, len(made)))
        elif kind == 2:
            made += _wild_type(source, len(made))
        else:
            made.append(_unmapped(source, len(made)))
    return sorted(made, key=lambda record: record.reference_start)


def _record(
    source: Source, name: str, start: int, cigar: str, sequence: str
) -> pysam.AlignedSegment:
    """A record at a locus coordinate, with flag, mate and qualities from the source."""
    record = pysam.AlignedSegment(HEADER)
    record.query_name = name
    record.flag = FLAGS[source.below(len(FLAGS))]
    if record.flag & 1:
        record.next_reference_id = record.next_reference_start = -1
    record.reference_id = 0
    record.reference_start = max(0, start + SHIFT)
    record.mapping_quality = source.below(256)
    record.cigarstring = cigar
    record.query_sequence = sequence
    kind = source.below(4)
    if kind and sequence:
        qualities = (b"\x25", bytes([source.below(94)]), b"\x02\x25\x0b")[kind - 1]
        record.query_qualities = pysam.qualitystring_to_array(
            "".join(chr(33 + qualities[i % len(qualities)]) for i in range(len(sequence)))
        )
    if source.below(3) == 0:
        record.set_tag("NM", source.below(4))
    return record


def _of_one_duplication(source: Source, number: int) -> Iterator[pysam.AlignedSegment]:
    """Reads across the junction of one duplication, clipped on either side or with CIGAR I."""
    first = source.place()
    length = 1 + source.below(200)
    filler = source.bases(source.below(4) * source.below(8))
    last = min(first + length, len(LOCUS.sequence))
    mutant = LOCUS.sequence[first - 400 : last] + filler + LOCUS.sequence[first : last + 400]
    junction = 400 + last - first
    size, shape = 30 + source.below(180), source.below(3)
    for read in range(1 + source.below(6)):
        left = 1 + source.below(size - 1)
        sequence = mutant[junction - left : junction - left + size]
        right = len(sequence) - left
        if right <= len(filler):
            continue
        cigar, start = f"{left}M{right}S", last - left
        inserted = last - first + len(filler)
        if shape == 1:
            clipped = left + len(filler)
            cigar, start = f"{clipped}S{len(sequence) - clipped}M", first
        elif shape == 2 and right > inserted:
            cigar = f"{left}M{inserted}I{right - inserted}M"
        yield _record(source, f"j{number}.{read % 4}", start, cigar, sequence)


def _of_any_shape(source: Source, number: int) -> pysam.AlignedSegment:
    """Any CIGAR that the format allows, over the reference or over random bases."""
    start = source.place() + 100 * (source.below(7) - 3)
    if source.below(8) == 0:
        start = len(LOCUS) - 20 if source.below(2) else -20
    cigar, sequence, place = "", "", start
    for _ in range(1 + source.below(6)):
        operation, length = source.choice(OPERATIONS), 1 + source.below(90)
        cigar += f"{length}{operation}"
        if operation in "M=X":
            known = LOCUS.sequence[max(0, place) : max(0, place) + length]
            sequence += known.ljust(length, "N") if source.below(4) else source.bases(length)
        elif operation in "IS":
            sequence += source.bases(length)
        place += length if operation in "MDN=X" else 0
    if source.below(10) == 0:
        sequence = ""
    return _record(source, f"a{number % 7}", start, cigar, sequence)


def _wild_type(source: Source, number: int) -> Iterator[pysam.AlignedSegment]:
    start, size = source.place(), 20 + source.below(230)
    for read in range(1 + source.below(12)):
        begin = start + 3 * read
        sequence = LOCUS.sequence[begin : begin + size]
        yield _record(source, f"w{number}.{read}", begin, f"{len(sequence)}M", sequence)


def _unmapped(source: Source, number: int) -> pysam.AlignedSegment:
    start = source.place()
    sequence = LOCUS.sequence[start : start + source.below(150)] + source.bases(source.below(60))
    record = _record(source, f"u{number}", start, "", sequence or "A")
    record.flag |= 4
    record.cigarstring = None
    return record


@cache
def _aligner() -> LocusAligner:
    return LocusAligner(LOCUS.sequence, [(ITD_REGION[0] - 100, ITD_REGION[1] + 100)])


def _place(fragment: int, sequence: str, qualities: bytes) -> SplitRead | None:
    placed = _aligner().place(fragment, sequence, qualities)
    return None if placed is None else placed.split


def collected(records: Sequence[pysam.AlignedSegment]) -> ReadSet:
    return collect_reads(
        records,
        Stretch(LOCUS.sequence, SHIFT),
        _place,
        Taken(SKIPPED),
    )


@pytest.fixture(scope="module", autouse=True)
def one_index() -> Iterator[None]:
    """The index of the reference is the same for every case: made once."""
    around = junctions.SearchRegion.around
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(junctions.SearchRegion, "around", cache(around))
        yield


@cache
def _of_wild_type() -> frozenset[str]:
    """All that the wild type has of `SPECIFIC` bases in a row."""
    bases = LOCUS.sequence
    return frozenset(bases[at : at + SPECIFIC] for at in range(len(bases) - SPECIFIC + 1))


def _fits(string: str, bases: str) -> bool:
    """Whether the string is somewhere in the bases of a read; N in the read fits every base."""
    if "N" not in bases:
        return string in bases
    return re.search("".join(f"[{base}N]" for base in string), bases) is not None


def check_call(call: ItdCall, records: Sequence[pysam.AlignedSegment]) -> None:
    """A call has fragments that are not of the wild type, and one that shows the mutant."""
    used = [r for r in records if not r.flag & SKIPPED and r.query_sequence]
    reads = [(r.query_name, (r.query_sequence or "").upper()) for r in used]
    other = [read for read in reads if read[1] not in LOCUS.sequence]
    # A read without a pair is a fragment of its own, whatever its name.
    assert 2 <= call.mutant_fragments <= len(other)
    insertion = call.haplotype.insertion
    assert insertion is not None
    begin = insertion.start - SPECIFIC
    mutant = LOCUS.sequence[begin : insertion.start] + insertion.inserted
    mutant += LOCUS.sequence[insertion.end : insertion.end + SPECIFIC]
    strings = {mutant[at : at + SPECIFIC] for at in range(len(mutant) - SPECIFIC + 1)}
    strings -= _of_wild_type()
    shown = any(
        _fits(one, strand)
        for _, bases in other
        for one in strings
        for strand in (bases, reverse_complement(bases))
    )
    assert shown or not strings or call.filters, call
    assert 0 <= call.vaf.interval.low <= call.vaf.value <= call.vaf.interval.high <= 1
    assert 0 <= call.ar.interval.low <= call.ar.value <= call.ar.interval.high


def check_tkd_event(event: FltEvent, records: Sequence[pysam.AlignedSegment]) -> None:
    assert event.event is EventKind.TKD
    names = {r.query_name for r in records if not r.flag & SKIPPED}
    assert 0 < event.mutant_fragments <= event.informative_fragments <= len(names)


def check_reads_are_behind_every_call(data: bytes) -> None:
    records = alignments(data)
    reads = collected(records)
    calls = call_itds(reads, TEMPLATE, ItdParameters(), Search(amplicon_assay=data[0] % 3 == 0))
    assert int(calls.depth.max()) <= reads.fragments <= max(1, len(records))
    for call in calls.calls:
        check_call(call, records)
    if calls.total_vaf is not None:
        assert 0 <= calls.total_vaf.value <= 1


def test_calls_are_made_and_not_only_refused() -> None:
    """The cases reach the end of the caller: many have a call, some pass, some are several."""
    random = Random(5)
    found = []
    for _ in range(200):
        reads = collected(alignments(random.randbytes(240)))
        found.append(call_itds(reads, TEMPLATE, ItdParameters()).calls)
    assert sum(len(calls) > 0 for calls in found) > 50
    assert sum(len(calls) > 1 for calls in found) > 10
    assert sum(any(not call.filters for call in calls) for calls in found) > 5


def bytes_of(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


@settings(CASES, max_examples=700 * TIMES)
@given(bytes_of(48))
def test_a_few_reads_are_called_or_not_but_never_without_reads(data: bytes) -> None:
    check_reads_are_behind_every_call(data)


@settings(CASES, max_examples=200 * TIMES)
@given(bytes_of(240))
def test_many_reads_are_called_or_not_but_never_without_reads(data: bytes) -> None:
    check_reads_are_behind_every_call(data)


@settings(CASES, max_examples=500 * TIMES)
@given(bytes_of(120))
def test_kinase_domain_calls_have_reads(data: bytes) -> None:
    records = alignments(data, TKD_REGION)
    reads = aligned_reads(records, shift=SHIFT, skipped_flags=SKIPPED)
    result = call_tkd(reads, ReportedAt("S", "chr13", SHIFT, "GRCh38"))
    for event in result.events:
        check_tkd_event(event, records)
    for codon in result.codons:
        assert codon.status is not Status.NOT_DETECTED or codon.limit_of_detection is not None


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A genome of one contig that holds no more than exons 14 and 15."""
    path = tmp_path_factory.mktemp("reference") / "slice.fa"
    return write_fasta(path, {"slice": LOCUS.sequence[SLICE[0] : SLICE[1]]})


def moved_to_slice(record: pysam.AlignedSegment) -> str | None:
    """The record on the contig of the slice, as a line of SAM; None where it begins before."""
    cells = record.to_string().split("\t")
    position = record.reference_start - SHIFT - SLICE[0]
    if not 0 <= position < SLICE[1] - SLICE[0]:
        return None
    return "\t".join(
        (*cells[:2], "slice", str(position + 1), *cells[4:6], "*", "0", "0", *cells[9:])
    )


@settings(CASES, max_examples=50 * TIMES)
@given(data=bytes_of(160))
def test_files_of_any_reads_end_with_an_answer_or_one_line(reference: Path, data: bytes) -> None:
    """The whole command, on a contig that the reads hang over: exit status 0, or 2 and no file."""
    lines = ["@HD\tVN:1.6\tSO:coordinate", f"@SQ\tSN:slice\tLN:{SLICE[1] - SLICE[0]}"]
    lines += [line for record in alignments(data, SLICE) if (line := moved_to_slice(record))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "s.sam").write_text("\n".join(lines) + "\n", "ascii")
        bam = str(folder / "s.bam")
        pysam.samtools.sort("-o", bam, str(folder / "s.sam"))
        pysam.samtools.index(bam)
        prefix = folder / "out" / "S"
        options = ["--reference", str(reference), "--out", str(prefix)]
        status = main(["call", "--bam", bam, *options])
        assert status == 0 or (status == 2 and not prefix.parent.exists())
        if status == 0:
            itd = json.loads(Path(f"{prefix}.flt3.json").read_text("utf-8"))["itd"]
            assert itd["status"] != "not_detected" or itd["limit_of_detection"] is not None
            with pysam.VariantFile(f"{prefix}.itd.vcf.gz") as vcf:
                assert len(list(vcf)) == len(itd["events"])

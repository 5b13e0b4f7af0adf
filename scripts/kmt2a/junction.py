"""Reads over the junction of a partial tandem duplication of KMT2A.

At the junction a later part of the gene (the end of the first copy) is followed by an earlier one
(the start of the second). Where a read is clipped, 20 bases beside the clip that stand once in
the gene tell where it goes on; a later place followed by an earlier one proposes a junction. It
is believed when

- it repeats at least one whole exon;
- three fragments or more hold it with 15 bases on both sides, beyond what both sides share.
  Chimeras of the library have breakpoints of their own: three with the same are not expected;
- they are 1 % or more of the fragments at its two places in the wild type. Healthy persons have
  such transcripts too, four orders of magnitude below leukaemia (Baesecke et al., Leuk Res 2006,
  30:1091);
- both sides are known: in spliced reads they are the end of one exon and the start of another;
  else the aligner placed both parts of a read (SA tag) with the required mapping quality. Most
  duplications arise between Alu repeats (Strout et al., PNAS 1998, 95:2390), and there a clip
  alone may as well come from another repeat.

HISAT2 leaves reads over a junction without a place: of RNA, those with a mate over the gene count
by their bases, where the end of an exon is followed by the start of the same or an earlier one.

The breakpoints lie in introns, which panels read next to their exons only: that no junction is
seen says nothing.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.names import GenomicNumbering
from flt3itd.hgvs.transcript import Fetch, Transcript, TranscriptExon
from flt3itd.reads.alignment import CIGAR_SKIP, CIGAR_SOFT_CLIP, skipped_flags
from flt3itd.reads.pieces import other_parts
from scripts.panel.gapped_reads import gapped_reads
from scripts.panel.read_rules import ReadRules

MINIMUM_FRAGMENTS = 3
MINIMUM_FRACTION = 0.01
ANCHOR = 15
"""Bases that a read must hold on both sides."""
_SEED = 20
_LARGEST_FILLER = 15
"""Bases between the copies that belong to neither."""
_NEAR = 500
"""Bases between a breakpoint and the start of the alignment that the SA tag names, at most."""
_READS_FOR_SPLICING = 2000
_SPLICED_SHARE = 0.05
"""Share of reads with a gap of an intron from which on the reads are taken for RNA."""


@dataclass(frozen=True, order=True)
class Breakpoints:
    """The base behind the first copy and the first base of the second one (0-based).

    Moved left as far as the sequence allows; `shared` is by how many bases both can move right.
    """

    behind: int
    start: int
    filler: str
    shared: int


@dataclass(frozen=True)
class PtdJunction:
    """A junction with its evidence: fragments that hold it and, on average, its two places.

    `exons` are the first and the last exon that it repeats; `description` says what is joined:
    ``exon 8 to exon 2, chr11:118482495 to chr11:118468775``.
    """

    breakpoints: Breakpoints
    exons: tuple[int, int]
    spliced: bool
    description: str
    fragments: int
    boundary_fragments: float

    @property
    def fraction(self) -> float | None:
        """Junctions over fragments at the places; both occur once in the mutant, too.

        It is no VAF: a fragment over the junction may lie near two exons, and is captured by both.
        """
        if self.boundary_fragments == 0:
            return None
        return min(1.0, self.fragments / self.boundary_fragments)


class JunctionSearch:
    """The junctions in one BAM, on the plus strand as KMT2A lies there."""

    def __init__(self, bam: pysam.AlignmentFile, transcript: Transcript, rules: ReadRules) -> None:
        self._bam = bam
        self._contig = transcript.contig
        self._exons = transcript.exons
        self._fetch: Fetch = transcript.fetch
        self._rules = rules
        self._start, self._end = transcript.exons[0].start, transcript.exons[-1].end

    @cached_property
    def spliced(self) -> bool:
        """Whether the reads over the gene are RNA, aligned over introns."""
        seen = gaps = 0
        for exon in self._exons:
            for read in islice(self._reads(self._bam, exon.start, exon.end), _READS_FOR_SPLICING):
                seen += 1
                gaps += any(operation == CIGAR_SKIP for operation, _ in read.cigartuples or ())
        return gaps > _SPLICED_SHARE * seen

    def junctions(self, clipped: pysam.AlignmentFile) -> list[PtdJunction]:
        """What is believed, the junction that most fragments hold first.

        `clipped` has the reads of the gene with clips, `bam` all that count.
        """
        proposed: dict[Breakpoints, set[str]] = defaultdict(set)
        placed: set[Breakpoints] = set()
        for read in self._reads(clipped, self._start, self._end):
            for breakpoints in self._proposals(read):
                proposed[breakpoints].add(read.query_name or "")
                if self._placed_by_aligner(read, breakpoints):
                    placed.add(breakpoints)
        found = []
        if self.spliced:
            for name, sequence in self._unplaced:
                for breakpoints in self._exons_joined(sequence):
                    proposed[breakpoints].add(name)
        for breakpoints, names in sorted(proposed.items()):
            edges = self._exon_edges(breakpoints) if self.spliced else None
            exons = edges or self._whole_exons(breakpoints)
            if len(names) < 2 or exons is None or not (edges or breakpoints in placed):
                continue
            junction = self._count(breakpoints, exons, edges is not None)
            fraction = junction.fraction
            if junction.fragments >= MINIMUM_FRAGMENTS and (
                fraction is None or fraction >= MINIMUM_FRACTION
            ):
                found.append(junction)
        return sorted(found, key=lambda junction: -junction.fragments)

    def _reads(
        self, bam: pysam.AlignmentFile, start: int, end: int
    ) -> Iterator[pysam.AlignedSegment]:
        for read in bam.fetch(self._contig, max(0, start), end):
            if self._rules.take(read):
                yield read

    @cached_property
    def _unplaced(self) -> list[tuple[str, str]]:
        """Names and bases, on both strands, of reads without a place whose mate is of the gene."""
        skipped = skipped_flags(self._rules.assay)
        found = []
        for read in self._bam.fetch(self._contig, self._start, self._end):
            if read.is_unmapped and not read.flag & skipped and self._rules.is_of_enough(read):
                sequence = (read.query_sequence or "").upper()
                found += [
                    (read.query_name or "", one) for one in (sequence, reverse_complement(sequence))
                ]
        return found

    @cached_property
    def _exon_starts(self) -> dict[str, TranscriptExon]:
        """The exons by their first bases."""
        return {self._fetch(one.start, one.start + ANCHOR): one for one in self._exons}

    @cached_property
    def _exon_ends(self) -> list[tuple[str, TranscriptExon]]:
        """The last bases of each exon."""
        return [(self._fetch(one.end - ANCHOR, one.end), one) for one in self._exons]

    def _exons_joined(self, sequence: str) -> Iterator[Breakpoints]:
        """Where the end of an exon is followed by the start of the same or an earlier one."""
        for end, last in self._exon_ends:
            at = sequence.find(end) + ANCHOR
            first = self._exon_starts.get(sequence[at : at + ANCHOR]) if at >= ANCHOR else None
            if first is not None and first.number <= last.number:
                yield from self._joined(last.end, first.start, "")

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each stretch of the gene starts; -1 for those that stand there twice."""
        sequence = self._fetch(self._start, self._end)
        places: dict[str, int] = {}
        for i in range(len(sequence) - _SEED + 1):
            seed = sequence[i : i + _SEED]
            places[seed] = -1 if seed in places else self._start + i
        return places

    def _proposals(self, read: pysam.AlignedSegment) -> Iterator[Breakpoints]:
        cigar, sequence = read.cigartuples or [], (read.query_sequence or "").upper()
        if read.reference_end is None:  # nor is there a CIGAR then
            return
        if cigar[-1][0] == CIGAR_SOFT_CLIP and cigar[-1][1] >= _SEED:
            clip = sequence[-cigar[-1][1] :]
            for skipped in range(min(_LARGEST_FILLER, len(clip) - _SEED) + 1):
                place = self._places.get(clip[skipped : skipped + _SEED], -1)
                if place >= 0:
                    yield from self._joined(read.reference_end, place, clip[:skipped])
                    break
        if cigar[0][0] == CIGAR_SOFT_CLIP and cigar[0][1] >= _SEED:
            clip = sequence[: cigar[0][1]]
            for skipped in range(min(_LARGEST_FILLER, len(clip) - _SEED) + 1):
                last = len(clip) - skipped
                place = self._places.get(clip[last - _SEED : last], -1)
                if place >= 0:
                    yield from self._joined(place + _SEED, read.reference_start, clip[last:])
                    break

    def _joined(self, behind: int, start: int, filler: str) -> Iterator[Breakpoints]:
        """The breakpoints, moved left; nothing when the later part does not come first."""
        if behind <= start:
            return
        shared = 0
        if not filler:
            while self._base(behind - 1) == self._base(start - 1):
                behind, start = behind - 1, start - 1
            while self._base(behind + shared) == self._base(start + shared):
                shared += 1
        yield Breakpoints(behind, start, filler, shared)

    def _base(self, place: int) -> str:
        return self._fetch(place, place + 1)

    def _placed_by_aligner(self, read: pysam.AlignedSegment, breakpoints: Breakpoints) -> bool:
        """Whether the rest of the read is a supplementary alignment at the other breakpoint."""
        ends = breakpoints.behind, breakpoints.start
        return any(
            part.contig == self._contig
            and part.is_reverse == read.is_reverse
            and min(abs(part.start - place) for place in ends) <= _NEAR
            and part.mapping_quality >= self._rules.minimum_mapping_quality
            for part in other_parts(read)
        )

    def _whole_exons(self, breakpoints: Breakpoints) -> tuple[int, int] | None:
        inside = [
            exon.number
            for exon in self._exons
            if breakpoints.start <= exon.start
            and exon.end <= breakpoints.behind + breakpoints.shared
        ]
        return (inside[0], inside[-1]) if inside else None

    def _exon_edges(self, breakpoints: Breakpoints) -> tuple[int, int] | None:
        """First and last exon when the breakpoints are their edges."""
        for moved in range(breakpoints.shared + 1):
            last = self._exon_at("end", breakpoints.behind + moved)
            first = self._exon_at("start", breakpoints.start + moved)
            if first is not None and last is not None:
                return first.number, last.number
        return None

    def _exon_at(self, edge: str, place: int) -> TranscriptExon | None:
        return next((exon for exon in self._exons if getattr(exon, edge) == place), None)

    def _count(
        self, breakpoints: Breakpoints, exons: tuple[int, int], spliced: bool
    ) -> PtdJunction:
        behind, start, shared = breakpoints.behind, breakpoints.start, breakpoints.shared
        before, after = self._fetch(behind - ANCHOR, behind), ANCHOR + shared
        onward = self._fetch(start, start + after)
        text = before + breakpoints.filler + onward
        held = self._fragments(text, (behind, start), shared)
        if spliced:
            held |= {name for name, sequence in self._unplaced if text in sequence}
            numbers = [exon.number for exon in self._exons]
            first, last = (numbers.index(number) for number in exons)
            places = []
            if last + 1 < len(numbers):
                places.append((self._splice(last, after), self._exons[last].end))
            if first > 0:
                places.append((self._splice(first - 1, after), self._exons[first].start))
        else:
            places = [
                (self._fetch(place - ANCHOR, place + after), place) for place in (behind, start)
            ]
        boundary = sum(len(self._fragments(text, (place,), shared)) for text, place in places)
        return PtdJunction(
            breakpoints,
            exons,
            spliced,
            self._described(breakpoints, exons, spliced),
            len(held),
            boundary / len(places) if places else 0.0,
        )

    def _splice(self, index: int, after: int) -> str:
        """The sequence where an exon (by its index) is followed by the next."""
        exon, following = self._exons[index : index + 2]
        return self._fetch(exon.end - ANCHOR, exon.end) + self._fetch(
            following.start, following.start + after
        )

    def _fragments(self, text: str, places: tuple[int, ...], shared: int) -> set[str]:
        """Names of the fragments over one of these places that hold a text of bases.

        An aligner may clip a read anywhere in what both sides share.
        """
        return {
            read.query_name or ""
            for place in places
            for read in self._reads(self._bam, place - 1, place + shared + 1)
            if text in (read.query_sequence or "").upper()
        }

    def _described(self, breakpoints: Breakpoints, exons: tuple[int, int], spliced: bool) -> str:
        """What is joined, with 1-based positions."""
        ends = breakpoints.behind - 1, breakpoints.start
        if spliced:
            by_number = {exon.number: exon for exon in self._exons}
            ends = by_number[exons[1]].end - 1, by_number[exons[0]].start
        later, earlier = (self._part(place) for place in ends)
        filler = f" with {breakpoints.filler}" if breakpoints.filler else ""
        return (
            f"{later} to {earlier}{filler}, "
            f"{self._contig}:{ends[0] + 1} to {self._contig}:{ends[1] + 1}"
        )

    def _part(self, place: int) -> str:
        for exon in self._exons:
            if place < exon.start:
                return f"intron {exon.number - 1}"
            if place < exon.end:
                return f"exon {exon.number}"
        return "the sequence behind the gene"


def hgvs_g(junction: PtdJunction, numbering: GenomicNumbering) -> str:
    """The g. name of the duplication by the 3' rule; empty for RNA and where bases lie between."""
    points = junction.breakpoints
    if junction.spliced or points.filler:
        return ""
    first = points.start + points.shared + numbering.shift
    last = points.behind + points.shared - 1 + numbering.shift
    return f"{numbering.accession}:g.{first}_{last}dup"


def search(path: Path, transcript: Transcript, rules: ReadRules) -> tuple[bool, list[PtdJunction]]:
    """Whether the reads of a BAM (with its index) are of RNA, and the junctions in it."""
    gene = {transcript.contig: [(transcript.exons[0].start, transcript.exons[-1].end)]}
    with tempfile.TemporaryDirectory() as folder, pysam.AlignmentFile(str(path)) as bam:
        clipped = gapped_reads(path, gene, rules, Path(folder))
        found = JunctionSearch(bam, transcript, rules)
        with pysam.AlignmentFile(str(clipped)) as reads:
            return found.spliced, found.junctions(reads)

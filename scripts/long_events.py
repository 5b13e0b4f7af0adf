r"""Deletions and tandem duplications of 20 to 300 bases, which freebayes misses in short reads.

    python -m scripts.long_events --bam S.bam --fasta GENOME.fa --targets TARGETS.bed --sample S \
        --minimum-vaf 0.005 --minimum-mapping-quality 20 --out long.vcf

Aligners clip most reads of such an event (CALR type 1 lacks 52 bases). Where three or more
fragments have a gap, or a clip whose bases continue elsewhere near by, the event is written as it
would be on the reference, and counted: a fragment shows it when a read holds its junction with
10 bases on both sides, and the wild type when a read holds a boundary of the segment so. All of
these stretches are equally long, so reads have equally many places for each.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pysam
from pysam.utils import SamtoolsError

from flt3itd.errors import UserError
from flt3itd.hgvs import Fetch, normalise_on_plus
from scripts.command import run, write_whole
from scripts.panel_alleles import Allele, AlleleCounts
from scripts.panel_targets import Regions, merged_targets
from scripts.reference_sequence import sequence_reader

SHORTEST, LONGEST = 20, 300
"""Bases; what is shorter is found by freebayes, what is longer needs more than one exon."""

_SKIPPED_FLAGS = 0x4 | 0x100 | 0x200 | 0x400 | 0x800
_MATCH, _INSERTION, _DELETION, _CLIP = 0, 1, 2, 4
_LEAST_CLIP = 12
_MAY_SHOW = f'sclen >= {_LEAST_CLIP} || cigar =~ "[2-9][0-9][DI]" || cigar =~ "[0-9]{{3}}[DI]"'
"""The reads with such a clip or a gap of 20 bases or more, in the words of samtools."""
_SEED = 20
"""Bases of a clip, or all of a shorter one, that must continue at exactly one place near by."""
_ANCHOR = 10
_FEWEST_FRAGMENTS = 3
_REACH = 50
"""Bases beside a target in which a read may end that shows an event of it."""


@dataclass(frozen=True)
class LongEvent:
    """An event as in a VCF (left-aligned, one shared base in front) with its fragments.

    For a duplication the boundaries of the segment are in the mutant too: `depth` is then the
    fragments at a boundary, else those of both alleles.
    """

    allele: Allele
    counts: AlleleCounts


def gapped_reads(bam: Path, regions: Regions, minimum_mapping_quality: int, folder: Path) -> Path:
    """A BAM, with its index, of the few reads near the targets that may show a long event."""
    bed, found = folder / "regions.bed", folder / "gapped.bam"
    lines = [
        f"{contig}\t{max(0, start - _REACH)}\t{end + _REACH}\n"
        for contig, spans in regions.items()
        for start, end in spans
    ]
    bed.write_text("".join(lines), "utf-8")
    pysam.view(
        *("-b", "-M", "-L", str(bed), "-F", str(_SKIPPED_FLAGS)),
        *("-q", str(minimum_mapping_quality), "-e", _MAY_SHOW, "-o", str(found), str(bam)),
        catch_stdout=False,
    )
    pysam.index(str(found))
    return found


def find_events(
    bam: pysam.AlignmentFile,
    gapped: pysam.AlignmentFile,
    contig: str,
    region: tuple[int, int],
    fetch: Fetch,
    *,
    minimum_vaf: float,
    minimum_mapping_quality: int,
) -> list[LongEvent]:
    """The events that touch a region (0-based half-open), sorted.

    `gapped` holds the reads that may propose one (`gapped_reads`), `bam` all that count.
    """
    start, end = region
    low, high = max(0, start - _REACH), end + _REACH
    shown: dict[Allele, set[str]] = defaultdict(set)
    seen: dict[tuple[int, int], Allele | None] = {}
    for read in _reads(gapped, contig, low, high, minimum_mapping_quality):
        for left, right, inserted in _breaks(read, fetch):
            if inserted:
                allele = _allele(contig, left, left, inserted, fetch)
            else:
                if (left, right) not in seen:
                    seen[left, right] = _joined(contig, left, right, fetch)
                allele = seen[left, right]
            if allele is not None and allele.start < end and start < _end(allele):
                shown[allele].add(read.query_name or "")
    candidates = [a for a, names in shown.items() if len(names) >= _FEWEST_FRAGMENTS]
    events = []
    for allele in sorted(candidates):
        counts = count_event(bam, allele, fetch, minimum_mapping_quality)
        if counts.mutant >= max(_FEWEST_FRAGMENTS, minimum_vaf * counts.informative):
            events.append(LongEvent(allele, counts))
    return events


def _reads(
    bam: pysam.AlignmentFile, contig: str, start: int, end: int, minimum_mapping_quality: int
) -> Iterator[pysam.AlignedSegment]:
    for read in bam.fetch(contig, start, end):
        if not (read.flag & _SKIPPED_FLAGS) and read.mapping_quality >= minimum_mapping_quality:
            yield read


def _end(allele: Allele) -> int:
    return allele.start + len(allele.ref)


def _breaks(read: pysam.AlignedSegment, fetch: Fetch) -> Iterator[tuple[int, int, str]]:
    """Where a read leaves the reference and where it goes on (0-based), or what it inserts.

    The bases before `left` are followed by those from `right` on; of an insertion, `left` is
    the base that it stands before.
    """
    cigar = read.cigartuples
    if not cigar or len(cigar) == 1:
        return
    sequence = read.query_sequence or ""
    place, query = read.reference_start, 0
    for number, (operation, length) in enumerate(cigar):
        if operation == _DELETION and SHORTEST <= length <= LONGEST:
            yield place, place + length, ""
        elif operation == _INSERTION and SHORTEST <= length <= LONGEST:
            yield place, place, sequence[query : query + length].upper()
        elif operation == _CLIP and length >= _LEAST_CLIP:
            clip = sequence[query : query + length].upper()
            if number == 0:
                found = _only_place(clip[-_SEED:], place, fetch)
                if found is not None:
                    yield found + len(clip[-_SEED:]), place, ""
            else:
                found = _only_place(clip[:_SEED], place, fetch)
                if found is not None:
                    yield place, found, ""
        if operation not in (_DELETION, 3):
            query += length if operation != 5 else 0
        if operation in (_MATCH, _DELETION, 3, 7, 8):
            place += length


def _only_place(seed: str, place: int, fetch: Fetch) -> int | None:
    """Where a sequence stands around a place; None when nowhere or more than once."""
    first = max(0, place - LONGEST - _SEED)
    around = fetch(first, place + LONGEST + _SEED)
    found = around.find(seed)
    if found < 0 or around.find(seed, found + 1) >= 0:
        return None
    return first + found


def _joined(contig: str, left: int, right: int, fetch: Fetch) -> Allele | None:
    """The allele in which the bases before `left` are followed by those from `right` on."""
    if SHORTEST <= right - left <= LONGEST:
        return _allele(contig, left, right, "", fetch)
    if SHORTEST <= left - right <= LONGEST:
        return _allele(contig, left, left, fetch(right, left), fetch)
    return None


def _allele(contig: str, start: int, end: int, inserted: str, fetch: Fetch) -> Allele | None:
    """A deletion or tandem copy, left-aligned, with the base before it; None for other changes."""
    change = normalise_on_plus(fetch, start, fetch(start, end), inserted)
    length = change.end - change.start
    at = change.leftmost
    anchor = fetch(at - 1, at)
    moved = change.start - at
    turned = change.alternate
    if turned:
        turn = moved % len(turned)
        turned = turned[len(turned) - turn :] + turned[: len(turned) - turn]
    # After the 3' rule a tandem copy stands right behind what it copies.
    copied = fetch(change.start - len(turned), change.start)
    if not anchor or "N" in anchor + turned or (turned and change.alternate != copied):
        return None
    return Allele(contig, at - 1, anchor + fetch(at, at + length), anchor + turned)


def count_event(
    bam: pysam.AlignmentFile, allele: Allele, fetch: Fetch, minimum_mapping_quality: int
) -> AlleleCounts:
    """Fragments with the junction of an event, and with the boundaries of its segment."""
    junction, boundaries = stretches(allele, fetch)
    names: tuple[set[str], ...] = (set(), set(), set())
    strands = {"m": [0, 0], "w": [0, 0]}
    low, high = max(0, allele.start - LONGEST), _end(allele) + LONGEST
    for read in _reads(bam, allele.contig, low, high, minimum_mapping_quality):
        sequence = read.query_sequence or ""
        for i, stretch in enumerate((junction, *boundaries)):
            if stretch in sequence:
                names[i].add(read.query_name or "")
                strands["m" if i == 0 else "w"][read.is_reverse] += 1
    mutant = len(names[0])
    # A fragment may hold both boundaries: their mean is what one of them has.
    boundary = round((len(names[1]) + len(names[2])) / 2)
    duplicated = len(allele.alt) > len(allele.ref)
    wildtype = max(0, boundary - mutant) if duplicated else boundary
    return AlleleCounts(
        mutant,
        wildtype,
        mutant + wildtype,
        (strands["m"][0], strands["m"][1]),
        (strands["w"][0], strands["w"][1]),
    )


def stretches(allele: Allele, fetch: Fetch) -> tuple[str, tuple[str, str]]:
    """The junction of an event and the two boundaries of its segment, all equally long.

    Each has ten bases on both sides of where it can stand: a segment may begin like what
    follows it, and then the reads must pass all of these places.
    """
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    shared = change.start - change.leftmost
    if change.alternate:
        size = len(change.alternate)
        left, right = change.start - size, change.start
        # Moved by its own length, a duplication is still the same segment.
        slack = max(0, shared - size)
        left, right = left - slack, right - slack
        before, after = fetch(left, right), fetch(left, left + size)
    else:
        slack = shared
        left, right = change.leftmost, change.leftmost + change.end - change.start
        before, after = fetch(left - _ANCHOR, left), fetch(right, right + _ANCHOR + slack)
    width = _ANCHOR + slack
    junction = before[-_ANCHOR:] + (after + fetch(right, right + width))[:width]
    return (
        junction,
        (fetch(left - _ANCHOR, left + width), fetch(right - _ANCHOR, right + width)),
    )


def vcf_of(events: Iterable[LongEvent], sample: str, contigs: Sequence[tuple[str, int]]) -> str:
    """The events as VCF, with fragments and reads of both alleles."""
    lines = ["##fileformat=VCFv4.3"]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in contigs]
    lines += [
        '##FORMAT=<ID=AD,Number=2,Type=Integer,Description="Wild-type, mutant fragments">',
        '##FORMAT=<ID=MR,Number=2,Type=Integer,Description="Mutant reads by strand">',
        '##FORMAT=<ID=WR,Number=2,Type=Integer,Description="Wild-type reads by strand">',
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{sample}",
    ]
    for event in events:
        a, c = event.allele, event.counts
        cells = (
            f"{c.wildtype},{c.mutant}:{c.mutant_reads[0]},{c.mutant_reads[1]}"
            f":{c.wildtype_reads[0]},{c.wildtype_reads[1]}"
        )
        place = f"{a.contig}\t{a.start + 1}\t.\t{a.ref}\t{a.alt}"
        lines.append(f"{place}\t.\t.\t.\tAD:MR:WR\t{cells}")
    return "\n".join(lines) + "\n"


def read_events(path: Path) -> list[LongEvent]:
    """The events of a file that `vcf_of` made."""
    events = []
    with pysam.VariantFile(str(path)) as file:
        for record in file:
            values = record.samples[0]
            (wildtype, mutant), alts = values["AD"], record.alts or ("",)
            counts = AlleleCounts(
                mutant, wildtype, mutant + wildtype, tuple(values["MR"]), tuple(values["WR"])
            )
            allele = Allele(record.contig, record.start, record.ref or "", alts[0])
            events.append(LongEvent(allele, counts))
    return events


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the events of all targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("bam", "fasta", "targets", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--minimum-vaf", type=float, required=True)
    parser.add_argument("--minimum-mapping-quality", type=int, required=True)
    options = parser.parse_args(arguments)
    sequence_of = sequence_reader(options.fasta)
    regions = merged_targets(options.targets)
    quality = options.minimum_mapping_quality
    found: dict[Allele, LongEvent] = {}
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            pysam.AlignmentFile(str(options.bam)) as bam,
            pysam.AlignmentFile(
                str(gapped_reads(options.bam, regions, quality, Path(folder)))
            ) as gapped,
        ):
            contigs = list(zip(bam.references, bam.lengths, strict=True))
            for contig, spans in regions.items():
                for region in spans:
                    for event in find_events(
                        bam,
                        gapped,
                        contig,
                        region,
                        sequence_of(contig),
                        minimum_vaf=options.minimum_vaf,
                        minimum_mapping_quality=quality,
                    ):
                        found[event.allele] = event
    except (OSError, ValueError, SamtoolsError) as error:
        raise UserError(f"{options.bam}: cannot be read: {error}") from error
    write_whole(options.out, vcf_of(found.values(), options.sample, contigs))


if __name__ == "__main__":
    run(main)

"""Ways of spoiling BAM: what aligners, filters and other programs do to records.

Each takes the records of a sample as they should be and gives them as they may come. Those of
FASTQ: `tests.spoiled_fastq`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from flt3itd.common.bases import reverse_complement
from tests.builders import Read

Records = list[Read]
BAM: dict[str, Callable[[Records], Records]] = {}


def record(change: Callable[[Read], Read | None]) -> Callable[[Records], Records]:
    """Change every record by itself, or leave it out."""
    return lambda reads: [made for read in reads if (made := change(read)) is not None]


def _clips(read: Read) -> tuple[int, int]:
    """Soft-clipped bases at the two ends of a record."""
    begin, end = re.match(r"(\d+)S", read.cigar), re.search(r"(\d+)S$", read.cigar)
    return int(begin[1]) if begin else 0, int(end[1]) if end else 0


def _end_clipped(read: Read, bases: int) -> Read:
    """The last bases of a read, as the instrument read it, clipped."""
    if read.flag & 0x10:
        begin = re.match(r"(\d+)M", read.cigar)
        if not begin or int(begin[1]) <= bases:
            return read
        cigar = f"{bases}S{int(begin[1]) - bases}M{read.cigar[begin.end() :]}"
        return replace(read, position=read.position + bases, cigar=cigar)
    end = re.search(r"(\d+)M$", read.cigar)
    if not end or int(end[1]) <= bases:
        return read
    return replace(read, cigar=f"{read.cigar[: end.start()]}{int(end[1]) - bases}M{bases}S")


def _without_clips(read: Read, hard: bool) -> Read:
    begin, end = _clips(read)
    if not begin and not end:
        return read
    stop = len(read.sequence) - end
    qualities = read.qualities
    assert not isinstance(qualities, int)
    cigar = re.sub(r"(\d+)S", r"\1H" if hard else "", read.cigar)
    return replace(
        read, cigar=cigar, sequence=read.sequence[begin:stop], qualities=qualities[begin:stop]
    )


def _pairs_filtered(reads: Records) -> Records:
    clipped = {read.name for read in reads if "S" in read.cigar}
    return [read for read in reads if read.name not in clipped]


def _exact_operations(read: Read) -> Read:
    return replace(read, cigar=read.cigar.replace("M", "="))


def _only(bit: int, wanted: int) -> Callable[[Records], Records]:
    return record(lambda read: read if read.flag & bit == wanted else None)


def _flagged(bits: int, share: int = 1) -> Callable[[Records], Records]:
    return lambda reads: [
        replace(read, flag=read.flag | bits) if number % share == 0 else read
        for number, read in enumerate(reads)
    ]


BAM["as they are"] = list
BAM["hard clipped"] = record(lambda read: _without_clips(read, hard=True))
BAM["clips removed"] = record(lambda read: _without_clips(read, hard=False))
BAM["clipped reads filtered"] = record(lambda read: None if "S" in read.cigar else read)
BAM["pairs with a clip filtered"] = _pairs_filtered
BAM["without bases"] = record(lambda read: replace(read, sequence="", qualities=()))
BAM["clipped reads without bases"] = record(
    lambda read: replace(read, sequence="", qualities=()) if "S" in read.cigar else read
)
BAM["without qualities"] = record(lambda read: replace(read, qualities=()))
BAM["qualities shifted up"] = record(
    lambda read: replace(read, qualities=tuple(one + 31 for one in _list(read)))
)
BAM["qualities of 5"] = record(lambda read: replace(read, qualities=5))
BAM["mapping quality 0"] = record(lambda read: replace(read, mapping_quality=0))
BAM["mapping quality 255"] = record(lambda read: replace(read, mapping_quality=255))
BAM["without NM"] = record(lambda read: replace(read, tags=()))
BAM["exact CIGAR operations"] = record(_exact_operations)
BAM["all marked as duplicates"] = _flagged(0x400)
BAM["half marked as duplicates"] = _flagged(0x400, 2)
BAM["all failed"] = _flagged(0x200)
BAM["pairing forgotten"] = record(lambda read: replace(read, flag=read.flag & 0x914, mate=None))
BAM["clipped reads unmapped"] = record(
    lambda read: replace(read, cigar="", flag=read.flag & ~2 | 4) if "S" in read.cigar else read
)
BAM["first mates only"] = _only(0x80, 0)
BAM["second mates only"] = _only(0x80, 0x80)
BAM["forward reads only"] = _only(0x10, 0)
BAM["reverse reads only"] = _only(0x10, 0x10)
BAM["one of five records"] = lambda reads: reads[::5]
BAM["every record twice"] = lambda reads: [
    replace(read, name=f"{read.name}.{copy}")
    for read in reads
    if hash_of(read.name) % 3 == 0  # a third: an amplicon of all takes seconds
    for copy in range(2)
]
BAM["low mapping quality filtered"] = record(
    lambda read: None if "S" in read.cigar and (hash_of(read.name) + (read.flag >> 7)) % 3 else read
)
BAM["gapped reads filtered"] = record(lambda read: None if re.search("[ID]", read.cigar) else read)
BAM["clipped and gapped reads filtered"] = record(
    lambda read: None if re.search("[IDS]", read.cigar) else read
)


def _of_clipped_pairs(change: Callable[[Read], Read]) -> Callable[[Records], Records]:
    def spoil(reads: Records) -> Records:
        clipped = {read.name for read in reads if "S" in read.cigar}
        return [change(read) if read.name in clipped else read for read in reads]

    return spoil


def _whole_pairs(wrong: Callable[[Read], bool]) -> Callable[[Records], Records]:
    """Leave out both reads where one is wrong."""

    def spoil(reads: Records) -> Records:
        left_out = {read.name for read in reads if wrong(read)}
        return [read for read in reads if read.name not in left_out]

    return spoil


def _failed_where(wrong: Callable[[Read], bool]) -> Callable[[Records], Records]:
    """Mark both reads as failed where one is wrong."""

    def spoil(reads: Records) -> Records:
        failed = {read.name for read in reads if wrong(read)}
        return [
            replace(read, flag=read.flag | 0x200) if read.name in failed else read for read in reads
        ]

    return spoil


def _changed_bases(read: Read) -> int:
    """Inserted and deleted bases, of which NM counts each."""
    return sum(map(int, re.findall(r"(\d+)[ID]", read.cigar)))


def _start_of_first_read(read: Read) -> object:
    begin, end = _clips(read)
    if read.flag & 0x10:
        aligned = sum(map(int, re.findall(r"(\d+)[MD]", read.cigar)))
        return "reverse", read.position + aligned + end
    return "forward", read.position - begin


def _one_of_each(reads: Records, key: Callable[[Read], object]) -> Records:
    """One pair of those whose first reads have one key."""
    firsts = (read for read in reads if read.cigar and read.flag & 0x40 and not read.flag & 0x900)
    kept = {one.name for one in {key(read): read for read in firsts}.values()}
    return [read for read in reads if read.name in kept]


_EXONS = ((28_034_080, 28_034_214), (28_033_886, 28_033_991))
"""Exons 14 and 15 of GRCh38, 0-based half-open."""


def _both_over_the_exons(reads: Records) -> Records:
    over = Counter(
        read.name
        for read in reads
        if read.cigar
        and not read.flag & 0x900
        and any(
            read.position < end and read.position + len(read.sequence) > start
            for start, end in _EXONS
        )
    )
    return [read for read in reads if over[read.name] == 2]


CAPTURE_PAIRS: dict[str, Callable[[Records], Records]] = {
    "clips over 5": _whole_pairs(lambda read: max(_clips(read)) > 5),
    "clips over 10": _whole_pairs(lambda read: max(_clips(read)) > 10),
    "clips over 20": _whole_pairs(lambda read: max(_clips(read)) > 20),
    "clips over 30": _whole_pairs(lambda read: max(_clips(read)) > 30),
    "clips over 50": _whole_pairs(lambda read: max(_clips(read)) > 50),
    "long on the reference": _whole_pairs(lambda read: abs(read.template_length) > 280),
    "gaps over 5": _whole_pairs(lambda read: _changed_bases(read) > 5),
    "one of each start of first reads": lambda reads: _one_of_each(reads, _start_of_first_read),
    "both mates over the exons": _both_over_the_exons,
    "clips over 20 marked as failed": _failed_where(lambda read: max(_clips(read)) > 20),
    "a fifth not aligned": _whole_pairs(
        lambda read: sum(_clips(read)) + 2 * _changed_bases(read) > 30
    ),
}
"""Pairs of a capture left out whole. In an amplicon all reads have a junction at the same place."""


def _masked(read: Read) -> Read:
    begin, end = _clips(read)
    stop = len(read.sequence) - end
    return replace(read, sequence="N" * begin + read.sequence[begin:stop] + "N" * end)


def _clips_cut(read: Read, left: int) -> Read:
    """All but a few bases of the clips cut off."""
    begin, end = _clips(read)
    first, last = max(0, begin - left), len(read.sequence) - max(0, end - left)
    cigar = re.sub(r"^\d+S", f"{min(begin, left)}S", read.cigar)
    cigar = re.sub(r"\d+S$", f"{min(end, left)}S", cigar)
    return replace(
        read,
        cigar=cigar,
        sequence=read.sequence[first:last],
        qualities=tuple(_list(read)[first:last]),
    )


def _forced(read: Read) -> Read:
    """From its first base on the reference to its last, and said to be without mismatches."""
    if not read.cigar:
        return read
    place, cigar = read.position - _clips(read)[0], f"{len(read.sequence)}M"
    return replace(read, position=place, cigar=cigar, tags=(("NM", 0),))


def _matched(read: Read) -> Read:
    """Clips at both ends said to be aligned."""
    if not read.cigar:
        return read
    cigar = re.sub(r"(\d+)[SM]", r"\1M", read.cigar)
    while (joined := re.search(r"(\d+)M(\d+)M", cigar)) is not None:
        size = int(joined[1]) + int(joined[2])
        cigar = cigar[: joined.start()] + f"{size}M" + cigar[joined.end() :]
    return replace(read, position=read.position - _clips(read)[0], cigar=cigar)


def _unplaced(read: Read) -> Read:
    flag = read.flag & ~0x32 | 0xC
    text, qualities = read.sequence, _list(read)
    if read.flag & 0x10:
        text, qualities = reverse_complement(text), qualities[::-1]
    return replace(
        read, contig="", position=-1, cigar="", sequence=text, flag=flag, mate=None,
        qualities=tuple(qualities),
    )  # fmt: skip


BAM["clipped pairs marked as failed"] = _of_clipped_pairs(
    lambda read: replace(read, flag=read.flag | 0x200)
)
BAM["clipped pairs marked as secondary"] = _of_clipped_pairs(
    lambda read: replace(read, flag=read.flag | 0x100)
)
BAM["clipped pairs without a place"] = _of_clipped_pairs(_unplaced)
BAM["clips masked"] = record(_masked)
BAM["clips cut to 5 bases"] = record(lambda read: _clips_cut(read, 5))
BAM["clips cut to 10 bases"] = record(lambda read: _clips_cut(read, 10))
BAM["laid on the reference, without mismatches as NM says"] = record(_forced)
BAM["fifty names for all"] = record(lambda read: replace(read, name=f"r{hash_of(read.name) % 50}"))
BAM["clips turned into matches"] = record(_matched)
BAM["25 last bases clipped"] = record(lambda read: _end_clipped(read, 25))
BAM["mapping quality 1"] = record(lambda read: replace(read, mapping_quality=1))
BAM["template length 0"] = record(lambda read: replace(read, template_length=0))
BAM["neither first nor second"] = record(lambda read: replace(read, flag=read.flag & ~0xC0))
BAM["proper pairs only"] = _only(0x2, 0x2)
BAM["mates as reads of their own"] = record(
    lambda read: replace(
        read, name=f"{read.name}.{read.flag >> 6 & 3}", flag=read.flag & 0x914, mate=None
    )
)
BAM["clips written as insertions"] = record(
    lambda read: replace(read, cigar=read.cigar.replace("S", "I"))
)


_FILTERED = "reads were filtered"
_OTHER_BASES = "do not have the sequence"
_MARKED = ("reads that are marked", "that are marked as duplicates, failed")
_NONE_CLIPPED = "reads is clipped, which no library shows"

REASONS: dict[str, tuple[str, ...]] = {
    "hard clipped": ("are hard clipped",),
    "clips removed": ("their bases were cut off", _NONE_CLIPPED),
    "clipped reads filtered": ("mates are missing",),
    "pairs with a clip filtered": (_NONE_CLIPPED,),
    "without bases": ("have no bases",),
    "clipped reads without bases": ("have no bases",),
    "all marked as duplicates": _MARKED,
    "half marked as duplicates": (_FILTERED,),
    "all failed": _MARKED,
    "pairing forgotten": ("have the name of another one",),
    "clipped reads unmapped": (_NONE_CLIPPED,),
    **dict.fromkeys(
        [
            "first mates only",
            "second mates only",
            "forward reads only",
            "reverse reads only",
            "one of five records",
            "low mapping quality filtered",
            "gapped reads filtered",
        ],
        (_FILTERED,),
    ),
    "every record twice": ("are others once more",),
    "clipped and gapped reads filtered": ("mates are missing",),
    "clipped pairs marked as failed": _MARKED,
    "clipped pairs marked as secondary": _MARKED,
    "clipped pairs without a place": (_NONE_CLIPPED,),
    "clips cut to 5 bases": ("bases of the clips of",),
    "clips cut to 10 bases": ("bases of the clips of",),
    "laid on the reference, without mismatches as NM says": (_NONE_CLIPPED, _OTHER_BASES),
    "clips turned into matches": (_NONE_CLIPPED, _OTHER_BASES),
    "fifty names for all": ("with one name are no mates",),
    "clips written as insertions": (_NONE_CLIPPED,),
    "neither first nor second": ("in two pieces",),
    **dict.fromkeys(
        ["clips over 5", "clips over 10", "clips over 20", "clips over 30", "clips over 50"],
        ("others were filtered away", "were filtered away", "fewer go over one place"),
    ),
    "mates as reads of their own": ("their bases were cut off",),
    "long on the reference": ("their length on the reference",),
    "gaps over 5": ("others were filtered away",),
    "a fifth not aligned": ("were filtered away",),
    "one of each start of first reads": ("copies were removed",),
    "clips over 20 marked as failed": _MARKED,
    "clips masked": ("hold unknown bases", "of the bases are unknown"),
}
"""Why reads spoiled in a way may have no answer, or be refused; of others there is one."""


REMARKS = {"both mates over the exons": "VAFs may be wrong (of long ITDs too high)"}
"""What is said of reads whose ratios may be wrong, though they are not unfit."""


def hash_of(name: str) -> int:
    """A number that a name gives on every machine."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(name))


def _list(read: Read) -> Sequence[int]:
    return (
        [read.qualities] * len(read.sequence) if isinstance(read.qualities, int) else read.qualities
    )


def overlaps_clipped(reads: Records) -> Records:
    """What two mates both have, clipped in the reverse one, as programs do against counting twice.

    Only mates without clips and gaps are changed.
    """
    whole = {
        (read.name, read.flag & 0xC0): read
        for read in reads
        if not read.flag & 0x900 and re.fullmatch(r"\d+M", read.cigar)
    }
    made = []
    for read in reads:
        mate = whole.get((read.name, read.flag & 0xC0 ^ 0xC0))
        size = len(read.sequence)
        both = 0
        if mate and read.flag & 0x10 and whole.get((read.name, read.flag & 0xC0)) is read:
            end = mate.position + len(mate.sequence)
            if mate.position <= read.position < end:
                both = min(end - read.position, size - 20)
        cigar = f"{both}S{size - both}M"
        clipped = replace(read, position=read.position + both, cigar=cigar)
        made.append(clipped if both > 0 else read)
    return made

"""Ways of spoiling reads: what users, tools and instruments do to them before they are called.

Each takes the reads of a sample as they should be and gives them as they may come. Those of FASTQ
take and give pairs of (first, second) reads, or single reads; those of BAM take and give records.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flt3itd.common.bases import reverse_complement
from tests.builders import FastqRead, Read

Reads = list[tuple[FastqRead, ...]]
Records = list[Read]
FASTQ: dict[str, Callable[[Reads], Reads]] = {}
BAM: dict[str, Callable[[Records], Records]] = {}
_ADAPTER = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCACATCACGATCTCGTATGCCGTC"


def each(change: Callable[[FastqRead, random.Random], FastqRead]) -> Callable[[Reads], Reads]:
    """Change every read by itself."""

    def spoil(reads: Reads) -> Reads:
        chance = random.Random(11)
        return [tuple(change(read, chance) for read in pair) for pair in reads]

    return spoil


def record(change: Callable[[Read], Read | None]) -> Callable[[Records], Records]:
    """Change every record by itself, or leave it out."""
    return lambda reads: [made for read in reads if (made := change(read)) is not None]


# ---- FASTQ: which reads there are


def _merged(reads: Reads) -> Reads:
    """Mates put together where they overlap, as merging tools do; others are lost."""
    made: Reads = []
    for first, second in reads:
        other = reverse_complement(second.sequence)
        for overlap in range(min(len(first.sequence), len(other)), 29, -1):
            if first.sequence.endswith(other[:overlap]):
                text = first.sequence + other[overlap:]
                made.append((FastqRead(first.name, text, "I" * len(text)),))
                break
    return made


FASTQ["as they are"] = list
FASTQ["first mates only"] = lambda reads: [pair[:1] for pair in reads]
FASTQ["second mates only"] = lambda reads: [pair[1:] for pair in reads]
FASTQ["mates swapped"] = lambda reads: [pair[::-1] for pair in reads]
FASTQ["first mates twice"] = lambda reads: [(pair[0], pair[0]) for pair in reads]
FASTQ["mates merged"] = _merged
FASTQ["one of ten"] = lambda reads: reads[::10]
FASTQ["one of two"] = lambda reads: reads[::2]
FASTQ["every pair three times"] = lambda reads: [
    tuple(replace(read, name=f"{read.name}.{copy}") for read in pair)
    for pair in reads
    for copy in range(3)
]
FASTQ["sorted by sequence"] = lambda reads: sorted(reads, key=lambda pair: pair[0].sequence)
FASTQ["both mates in one file"] = lambda reads: [(read,) for pair in reads for read in pair]


def _second_turned(reads: Reads) -> Reads:
    return [
        (first, FastqRead(second.name, reverse_complement(second.sequence), second.qualities[::-1]))
        for first, second in reads
    ]


FASTQ["second mates turned"] = _second_turned

FASTQ["second mates are the first turned"] = lambda reads: _second_turned(
    [(first, first) for first, _ in reads]
)
FASTQ["mates as reads of their own"] = lambda reads: [
    (replace(read, name=f"{read.name}.{mate}"),) for pair in reads for mate, read in enumerate(pair)
]
FASTQ["dimers of adapters beside"] = lambda reads: [
    pair
    for number, good in enumerate(reads)
    for pair in (good, _dimer(number, len(good[0].sequence)))
]


def _dimer(number: int, size: int) -> tuple[FastqRead, FastqRead]:
    text = (_ADAPTER + "A" * size)[:size]
    read = FastqRead(f"dimer{number}", text, "F" * size)
    return read, read


FASTQ["one of two pairs of 75 bases"] = lambda reads: [
    pair if number % 2 else tuple(_cut(0, 75)(read, random.Random()) for read in pair)
    for number, pair in enumerate(reads)
]

# ---- FASTQ: their bases


def _noisy(
    mismatches: float = 0.0, insertions: float = 0.0, deletions: float = 0.0
) -> Callable[[FastqRead, random.Random], FastqRead]:
    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        bases: list[str] = []
        for base in read.sequence:
            draw = chance.random()
            if draw < mismatches:
                bases.append(chance.choice("ACGT".replace(base, "")))
            elif draw < mismatches + insertions:
                bases += [base, base]
            elif draw >= mismatches + insertions + deletions:
                bases.append(base)
        text = "".join(bases)
        return FastqRead(read.name, text, (read.qualities * 2)[: len(text)])

    return change


for share in (0.0002, 0.001, 0.003, 0.007, 0.02):
    FASTQ[f"{share:.2%} insertions and deletions"] = each(_noisy(0, share / 2, share / 2))
for share in (0.005, 0.015, 0.03, 0.08):
    FASTQ[f"{share:.1%} wrong bases"] = each(_noisy(share))


def _cut(first: int, last: int | None) -> Callable[[FastqRead, random.Random], FastqRead]:
    return lambda read, _: FastqRead(
        read.name, read.sequence[first:last], read.qualities[first:last]
    )


for length in (120, 100, 75, 60, 50, 36):
    FASTQ[f"cut to {length} bases"] = each(_cut(0, length))
FASTQ["20 bases cut in front"] = each(_cut(20, None))


def _ragged(read: FastqRead, chance: random.Random) -> FastqRead:
    size = chance.randrange(60, len(read.sequence) + 1) if len(read.sequence) > 60 else None
    return FastqRead(read.name, read.sequence[:size], read.qualities[:size])


FASTQ["cut where quality falls"] = each(_ragged)


def _in_front(size: int, fixed: str = "") -> Callable[[FastqRead, random.Random], FastqRead]:
    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        bases = fixed or "".join(
            chance.choices("ACGT", k=size if size >= 0 else chance.randrange(8))
        )
        return FastqRead(read.name, bases + read.sequence, "I" * len(bases) + read.qualities)

    return change


for size in (1, 2, 3, 4, 6, 8, 12, 16, 24):
    FASTQ[f"{size} foreign bases in front"] = each(_in_front(size))
FASTQ["spacers of different length in front"] = each(_in_front(-1))
FASTQ["a primer tail in front"] = each(_in_front(0, "ACACTCTTTCCCTACACGACGCTC"))


def _behind(bases: str, share: float) -> Callable[[FastqRead, random.Random], FastqRead]:
    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        if chance.random() >= share:
            return read
        text = (read.sequence[: chance.randrange(70, 120)] + bases)[: len(read.sequence)]
        return FastqRead(read.name, text, read.qualities[: len(text)])

    return change


FASTQ["adapters behind a third"] = each(_behind(_ADAPTER, 0.33))
FASTQ["adapters behind all"] = each(_behind(_ADAPTER, 1.0))
FASTQ["poly-G behind a third"] = each(_behind("G" * 80, 0.33))
FASTQ["lower case"] = each(lambda read, _: replace(read, sequence=read.sequence.lower()))


def _with_unknown(period: int, run: int) -> Callable[[FastqRead, random.Random], FastqRead]:
    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        begin = chance.randrange(period)
        text = "".join(
            "N" if (place + begin) % period < run else base
            for place, base in enumerate(read.sequence)
        )
        return replace(read, sequence=text)

    return change


def _deaminated(read: FastqRead, chance: random.Random) -> FastqRead:
    text = "".join(
        {"C": "T", "G": "A"}.get(base, base) if chance.random() < 0.01 else base
        for base in read.sequence
    )
    return replace(read, sequence=text)


FASTQ["1% of C and G read as T and A"] = each(_deaminated)
FASTQ["five unknown bases in front"] = each(
    lambda read, _: replace(read, sequence="N" * 5 + read.sequence[5:])
)
FASTQ["an unknown base in 40"] = each(_with_unknown(40, 1))
FASTQ["runs of unknown bases"] = each(_with_unknown(75, 10))

# ---- FASTQ: their qualities


def _shifted(by: int) -> Callable[[FastqRead, random.Random], FastqRead]:
    return lambda read, _: replace(
        read,
        qualities="".join(chr(min(126, max(33, ord(one) + by))) for one in read.qualities),
    )


FASTQ["qualities with an offset of 64"] = each(_shifted(31))
FASTQ["qualities shifted down"] = each(_shifted(-25))
FASTQ["all qualities 2"] = each(lambda read, _: replace(read, qualities="#" * len(read.sequence)))
FASTQ["all qualities 40"] = each(lambda read, _: replace(read, qualities="I" * len(read.sequence)))

FASTQ["two qualities"] = each(
    lambda read, _: replace(
        read, qualities="".join("," if one < "B" else "F" for one in read.qualities)
    )
)

# ---- FASTQ: cycles of sequencing


def _cycles(
    begin: int, end: int, times: int, share: float = 1.0
) -> Callable[[FastqRead, random.Random], FastqRead]:
    """Read some cycles so many times: none, or twice."""

    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        if chance.random() >= share:
            return read
        texts = (
            text[:begin] + text[begin:end] * times + text[end:]
            for text in (read.sequence, read.qualities)
        )
        return FastqRead(read.name, *texts)

    return change


def _wrong_at(cycle: int) -> Callable[[FastqRead, random.Random], FastqRead]:
    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        base = chance.choice("ACGT".replace(read.sequence[cycle], ""))
        return replace(read, sequence=read.sequence[:cycle] + base + read.sequence[cycle + 1 :])

    return change


FASTQ["a cycle lost"] = each(_cycles(30, 31, 0))
FASTQ["a cycle twice in half of the reads"] = each(_cycles(74, 75, 2, 0.5))
FASTQ["three cycles lost"] = each(_cycles(39, 42, 0))
FASTQ["a cycle read wrongly"] = each(_wrong_at(60))
FASTQ["poly-A behind a third"] = each(_behind("A" * 200, 0.33))

# ---- BAM


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
    replace(read, name=f"{read.name}.{copy}") for read in reads for copy in range(2)
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


def _changed_bases(read: Read) -> int:
    """Inserted and deleted bases, of which NM counts each."""
    return sum(map(int, re.findall(r"(\d+)[ID]", read.cigar)))


CAPTURE_PAIRS: dict[str, Callable[[Records], Records]] = {
    "clips over 5": _whole_pairs(lambda read: max(_clips(read)) > 5),
    "clips over 10": _whole_pairs(lambda read: max(_clips(read)) > 10),
    "clips over 20": _whole_pairs(lambda read: max(_clips(read)) > 20),
    "clips over 30": _whole_pairs(lambda read: max(_clips(read)) > 30),
    "clips over 50": _whole_pairs(lambda read: max(_clips(read)) > 50),
    "long on the reference": _whole_pairs(lambda read: abs(read.template_length) > 280),
    "gaps over 5": _whole_pairs(lambda read: _changed_bases(read) > 5),
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


def hash_of(name: str) -> int:
    """A number that a name gives on every machine."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(name))


def _list(read: Read) -> Sequence[int]:
    return (
        [read.qualities] * len(read.sequence) if isinstance(read.qualities, int) else read.qualities
    )


def single(reads: Reads) -> bool:
    """Whether there is one file."""
    return all(len(pair) == 1 for pair in reads)


def files_of(reads: Reads) -> Iterator[list[FastqRead]]:
    """The reads of one file or of the two files of a pair."""
    for mate in range(len(reads[0])):
        yield [pair[mate] for pair in reads]


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

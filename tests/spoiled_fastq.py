"""Ways of spoiling FASTQ: what users, tools and instruments do to reads before they are called.

Each takes the reads of a sample as they should be and gives them as they may come: pairs of
(first, second) reads, or single reads. Those of BAM: `tests.spoiled_bam`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from flt3itd.common.bases import reverse_complement
from tests.builders import FastqRead

Reads = list[tuple[FastqRead, ...]]
FASTQ: dict[str, Callable[[Reads], Reads]] = {}
_ADAPTER = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCACATCACGATCTCGTATGCCGTC"


def each(change: Callable[[FastqRead, random.Random], FastqRead]) -> Callable[[Reads], Reads]:
    """Change every read by itself."""

    def spoil(reads: Reads) -> Reads:
        chance = random.Random(11)
        return [tuple(change(read, chance) for read in pair) for pair in reads]

    return spoil


# ---- FASTQ: which reads there are


def of_a_third(change: Callable[[Reads], Reads]) -> Callable[[Reads], Reads]:
    """Every third pair, changed so that a sample of all would take many seconds."""
    return lambda reads: change(reads[::3])


def merged(reads: Reads) -> Reads:
    """Mates put together where they overlap, as merging tools do; others are lost."""
    return [pair for pair in merged_where_they_overlap(reads) if len(pair) == 1]


def merged_where_they_overlap(reads: Reads) -> Reads:
    """Mates put together where they overlap, beside the pairs whose mates do not."""
    made: Reads = []
    for first, second in reads:
        other = reverse_complement(second.sequence)
        for overlap in range(min(len(first.sequence), len(other)), 29, -1):
            if first.sequence.endswith(other[:overlap]):
                text = first.sequence + other[overlap:]
                made.append((FastqRead(first.name, text, "I" * len(text)),))
                break
        else:
            made.append((first, second))
    return made


FASTQ["as they are"] = list
FASTQ["first mates only"] = lambda reads: [pair[:1] for pair in reads]
FASTQ["second mates only"] = lambda reads: [pair[1:] for pair in reads]
FASTQ["mates swapped"] = lambda reads: [pair[::-1] for pair in reads]
FASTQ["first mates twice"] = lambda reads: [(pair[0], pair[0]) for pair in reads]
FASTQ["mates merged"] = merged
FASTQ["mates merged, and first mates of others"] = lambda reads: [
    pair[:1] for pair in merged_where_they_overlap(reads)
]
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


for share in (0.0002, 0.001, 0.003, 0.007):
    FASTQ[f"{share:.2%} insertions and deletions"] = each(_noisy(0, share / 2, share / 2))
FASTQ["2.00% insertions and deletions"] = of_a_third(each(_noisy(0, 0.01, 0.01)))
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


def _written(read: FastqRead, cycle: int, bases: str) -> FastqRead:
    """Other bases from a cycle on."""
    behind = cycle + len(bases)
    return replace(read, sequence=read.sequence[:cycle] + bases + read.sequence[behind:])


def _read_again(read: FastqRead, number: int) -> FastqRead:
    """A copy by PCR: the same bases, under another name and with qualities of its own."""
    chance = random.Random(number)
    qualities = "".join(chance.choices("F:,", k=len(read.qualities)))
    return FastqRead(f"copy{number}", read.sequence, qualities)


def _wrong_at(cycle: int) -> Callable[[FastqRead, random.Random], FastqRead]:
    def change(read: FastqRead, chance: random.Random) -> FastqRead:
        base = chance.choice("ACGT".replace(read.sequence[cycle], ""))
        return replace(read, sequence=read.sequence[:cycle] + base + read.sequence[cycle + 1 :])

    return change


FASTQ["a cycle lost"] = of_a_third(each(_cycles(30, 31, 0)))
FASTQ["a cycle twice in half of the reads"] = of_a_third(each(_cycles(74, 75, 2, 0.5)))
FASTQ["three cycles lost"] = of_a_third(each(_cycles(39, 42, 0)))
FASTQ["a cycle read wrongly"] = each(_wrong_at(60))
FASTQ["poly-A behind a third"] = each(_behind("A" * 200, 0.33))
FASTQ["two cycles read as T in a quarter of the second mates"] = lambda reads: [
    (first, _written(second, 100, "TT") if number % 4 == 0 else second)
    for number, (first, second) in enumerate(reads)
]
FASTQ["three cycles read as G in a fifth"] = lambda reads: [
    (_written(pair[0], 110, "GGG"), _written(pair[1], 110, "GGG")) if number % 5 == 0 else pair
    for number, pair in enumerate(reads)
]
FASTQ["copies of a third of the pairs"] = lambda reads: [
    *reads,
    *(
        (_read_again(pair[0], number), _read_again(pair[1], number))
        for number, pair in enumerate(reads[::3])
    ),
]


_FEW_FRAGMENTS = "informative fragments"
_GAPS = "insertions and deletions per base"
_MERGED = ("mates that were merged", "mates were merged")
_WRONG = "of the bases are wrong"
_SHORT = dict.fromkeys(
    [f"cut to {length} bases" for length in (120, 100, 75, 60, 50)], (_FEW_FRAGMENTS,)
)

REASONS: dict[str, tuple[str, ...]] = {
    "first mates only": (_FEW_FRAGMENTS,),
    "second mates only": (_FEW_FRAGMENTS, "could not be explained"),
    "first mates twice": (_FEW_FRAGMENTS,),
    "second mates are the first turned": (_FEW_FRAGMENTS,),
    "mates merged": _MERGED,
    "mates merged, and first mates of others": _MERGED,
    "one of ten": (_FEW_FRAGMENTS,),
    "every pair three times": ("are others once more",),
    "both mates in one file": ("have the name of another one",),
    "second mates turned": ("both reads lie on one strand",),
    "0.10% insertions and deletions": (_GAPS,),
    "0.30% insertions and deletions": (_GAPS,),
    "0.70% insertions and deletions": (_GAPS,),
    "2.00% insertions and deletions": (_GAPS, _WRONG),
    "3.0% wrong bases": (_WRONG,),
    "8.0% wrong bases": (_WRONG,),
    **_SHORT,
    "cut to 36 bases": ("the reads are too short",),
    "adapters behind all": (_FEW_FRAGMENTS,),
    "poly-G behind a third": ("their bases were cut off",),
    "poly-A behind a third": ("their bases were cut off",),
    "runs of unknown bases": ("of the bases are unknown",),
    **dict.fromkeys(
        [
            "a cycle lost",
            "a cycle twice in half of the reads",
            "three cycles lost",
            "a cycle read wrongly",
        ],
        ("at the same cycle", "at one cycle"),
    ),
    "cut where quality falls": ("show no insertion in some of the places",),
}
"""Why reads spoiled in a way may have no answer, or be refused; of others there is one."""


def files_of(reads: Reads) -> Iterator[list[FastqRead]]:
    """The reads of one file or of the two files of a pair."""
    for mate in range(len(reads[0])):
        yield [pair[mate] for pair in reads]

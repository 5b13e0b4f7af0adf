"""What `make bench` simulates: the sets, and for each of their samples the mutants it carries.

Coordinates are those of the locus that the package carries: 0-based, plus strand.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import Locus, flt3_locus
from flt3itd.records import EventKind
from flt3itd.simulation.long_reads import LongLibrary
from flt3itd.simulation.sequencing import Library, QualityModel

UPPER_PRIMER = "TGCGTTCATCACTTTTCCAAAAGCACC"
LOWER_PRIMER = "CACCTGTACCATCTGTAGCTGGCTTT"
"""The FLT3 amplicon of the TruSight Myeloid kit, plus strand, as Au et al. give it
(Diagnostic Pathology 2016, 11:11); the grid of ITDs between these primers is theirs too."""

_FILLER_LENGTHS = (1, 2, 3, 4, 5, 6, 9, 12, 15, 21)
_EXON_14_SHARE = 0.85
_MOST_COPIED = 360
_BESIDE_DISTANCE = (5, 60)
"""Bases between the copies and a small change beside them."""
_GRID_PAIRS = 2000
"""Half of them wild type."""


class Design(StrEnum):
    """Which mutants the samples of a set carry."""

    WILD_TYPE = "none"
    TANDEM = "tandem duplications"
    SAME_LENGTH = "two duplications of one length"
    SIMILAR = "two duplications that differ by a few bases"
    INSERTION = "insertions of random bases"
    IMPERFECT = "duplications with a mismatch in the second copy"
    GRID = "duplications between two primers"
    PUBLISHED = "insertions of a table"
    COPIES = "three to five copies of a unit"
    INNER = "duplications with a gap, an insertion or other bases within a copy"
    CIS = "duplications with a small change on the same molecules"
    TRANS = "duplications beside an inherited small change of the other allele"


@dataclass(frozen=True)
class SmallChange:
    """Locus bases [start, end) replaced by others."""

    start: int
    end: int
    bases: str

    def made_to(self, sequence: str, shift: int = 0) -> str:
        """A sequence in which the locus lies shifted by so many bases, with the change."""
        return sequence[: self.start + shift] + self.bases + sequence[self.end + shift :]


@dataclass(frozen=True)
class Mutant:
    """A mutant allele: locus[:start] + inserted + locus[start:], and its share of molecules.

    `beside` is a small change on the same molecules, which a call need not tell.
    """

    start: int
    inserted: str
    vaf: float
    kind: EventKind = EventKind.ITD
    beside: SmallChange | None = None

    def sequence(self, reference: str) -> str:
        """The whole mutant sequence of a reference that starts where the locus starts."""
        return reference[: self.start] + self.inserted + reference[self.start :]

    def molecule(self, reference: str) -> str:
        """The same with what stands beside it: what is read."""
        if self.beside is None:
            return self.sequence(reference)
        shift = len(self.inserted) if self.beside.start >= self.start else 0
        return self.beside.made_to(self.sequence(reference), shift)


@dataclass(frozen=True)
class NormalAllele:
    """Molecules that count as wild type and carry an inherited change."""

    change: SmallChange
    share: float


@dataclass(frozen=True)
class BenchmarkSet:
    """Samples of one kind.

    `depth` is the mean read depth (read bases over a base, both mates counted); for the
    amplicon grid, pairs. `samples` are made in a full run, `quick` in a quick one. With
    `follow_up` the caller is given the ITD as known from an earlier sample. The samples of a
    set with `intervals_only` are called inside the process, without time and memory. Samples of a
    set with `long_libraries` are single long reads (`depth` of them), made by these in turn. With
    `amplicon` the reads start at primers, and all changes lie between these.
    """

    name: str
    samples: int
    quick: int
    depth: float
    library: Library
    vafs: tuple[float, ...] = ()
    lengths: tuple[int, int] = (3, 240)
    filler_share: float = 0.4
    design: Design = Design.TANDEM
    mutants: int = 1
    fastq: bool = False
    follow_up: bool = False
    intervals_only: bool = False
    long_libraries: tuple[LongLibrary, ...] = ()
    amplicon: bool = False


@dataclass(frozen=True)
class SamplePlan:
    """One sample of a set: what it carries, and what an earlier sample of it carried."""

    name: str
    number: int
    mutants: tuple[Mutant, ...]
    earlier: tuple[Mutant, ...] = ()
    normal: tuple[NormalAllele, ...] = ()


_READS_150 = Library(read_length=150, fragment_mean=280, fragment_sd=60)
_READS_100 = Library(read_length=100, fragment_mean=220, fragment_sd=50)
_READS_75 = Library(read_length=75, fragment_mean=180, fragment_sd=40)
_LONG_NOISY_READS = Library(
    read_length=250,
    fragment_mean=400,
    fragment_sd=60,
    qualities=QualityModel(
        middle_first=0.03, middle_last=0.25, low_first=0.005, low_last=0.12, low=10
    ),
)
_READS_250 = Library(read_length=250, fragment_mean=400, fragment_sd=60)
_AMPLICON_READS = Library(read_length=275)
_USUAL = (0.5, 0.25, 0.1, 0.05, 0.02)
_COVERED = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03)

_CAPTURE = BenchmarkSet("capture150", 60, 6, 1000, _READS_150, _USUAL)
_PAIR = replace(_CAPTURE, samples=15, quick=3, depth=1500, vafs=(0.2, 0.1), mutants=2)
_OTHER = replace(_CAPTURE, samples=20, quick=3, vafs=(0.4, 0.2, 0.05), filler_share=0.0)
_DEEP = replace(_CAPTURE, samples=6, quick=1, depth=60_000, lengths=(12, 150), follow_up=True)
_NONE = replace(_CAPTURE, design=Design.WILD_TYPE, mutants=0, vafs=())
_MANY = replace(_CAPTURE, samples=400, quick=20, depth=500, vafs=_COVERED, intervals_only=True)
_COPIES = BenchmarkSet(
    "copies150", 20, 3, 500, _READS_150, (0.4, 0.25, 0.1), (15, 120), 0.3, Design.COPIES
)
_BESIDE = replace(_COPIES, samples=30, name="cis", lengths=(12, 150), design=Design.CIS)
_BESIDE_AMPLICON = replace(
    _BESIDE,
    name="cis_amplicon",
    depth=1000,
    lengths=(12, 60),
    library=_AMPLICON_READS,
    amplicon=True,
)

LONG_READS = "long_reads"
"""Chooses all sets of long reads, whose names begin with it."""
_NANOPORE = (
    LongLibrary(0.05),
    LongLibrary(0.05, kinds=(0.1, 0.45, 0.45), partial=0.2),
    LongLibrary(0.03, run_growth=2.0, chimeric=0.05),
    LongLibrary(0.01),
)
_PACBIO = (LongLibrary(0.005), LongLibrary(0.001), LongLibrary(0.003, run_growth=2.0))
_MOLECULES = (LongLibrary(0.03, length=10_000), LongLibrary(0.003, length=3_000, length_spread=0.4))
_LONG = BenchmarkSet(
    LONG_READS, 20, 3, 2000, _READS_150, (0.02, 0.05, 0.2), (12, 400), long_libraries=_NANOPORE
)

SETS: tuple[BenchmarkSet, ...] = (
    _CAPTURE,
    replace(_CAPTURE, name="capture100", library=_READS_100),
    BenchmarkSet("capture75", 30, 5, 600, _READS_75, (0.5, 0.25, 0.1)),
    BenchmarkSet("long", 30, 4, 1000, _READS_150, (0.3, 0.1, 0.05), (200, 420), filler_share=0.2),
    BenchmarkSet("three", 20, 3, 1500, _READS_150, (0.2, 0.1, 0.05), (3, 200), mutants=3),
    replace(_PAIR, name="same_length", lengths=(12, 150), design=Design.SAME_LENGTH),
    replace(_PAIR, name="similar", lengths=(30, 90), design=Design.SIMILAR),
    BenchmarkSet("low_vaf", 12, 1, 20_000, _READS_150, (0.005, 0.002, 0.001), (12, 150)),
    BenchmarkSet("shallow", 40, 6, 60, _READS_100, (0.5, 0.3, 0.2, 0.1)),
    replace(_OTHER, name="imperfect", lengths=(30, 180), design=Design.IMPERFECT),
    replace(_OTHER, name="insertion", lengths=(15, 75), design=Design.INSERTION),
    replace(_CAPTURE, name="fastq", samples=20, quick=3, fastq=True),
    replace(_CAPTURE, name="published", quick=10, depth=800, design=Design.PUBLISHED),
    BenchmarkSet(
        "amplicon_grid",
        100,
        8,
        _GRID_PAIRS,
        _AMPLICON_READS,
        (0.5,),
        (3, 201),
        0.0,
        Design.GRID,
        amplicon=True,
    ),
    replace(_DEEP, name="follow_up", vafs=(0.001, 0.0005, 0.0002)),
    replace(_DEEP, name="follow_up_zero", samples=2, vafs=(0.0,)),
    replace(_NONE, name="wild_type", samples=20, quick=2, depth=3000),
    replace(
        _NONE, name="wild_type_noisy", samples=4, quick=1, depth=20_000, library=_LONG_NOISY_READS
    ),
    _COPIES,
    replace(_COPIES, name="copies75", library=_READS_75, lengths=(15, 50)),
    replace(_COPIES, name="copies250", library=_READS_250),
    replace(_COPIES, name="inner", samples=30, lengths=(60, 180), design=Design.INNER),
    _BESIDE,
    replace(_BESIDE, name="trans", design=Design.TRANS),
    _BESIDE_AMPLICON,
    replace(_BESIDE_AMPLICON, name="trans_amplicon", design=Design.TRANS),
    replace(_COPIES, name="longer", lengths=(300, 800), filler_share=0.2, design=Design.TANDEM),
    replace(_MANY, name="intervals150"),
    replace(_MANY, name="intervals100", library=_READS_100),
    replace(_MANY, name="intervals75", library=_READS_75),
    _LONG,
    replace(_LONG, name="long_reads_short", samples=10, lengths=(3, 11), long_libraries=_PACBIO),
    replace(_LONG, name="long_reads_three", samples=4, quick=1, lengths=(12, 120), mutants=3),
    replace(
        _LONG,
        name="long_reads_molecules",
        samples=4,
        quick=1,
        vafs=(0.3,),
        long_libraries=_MOLECULES,
    ),
    replace(
        _LONG,
        name="long_reads_deep",
        samples=1,
        quick=1,
        depth=50_000,
        long_libraries=(LongLibrary(0.02),),
    ),
    replace(
        _LONG,
        name="long_reads_wild_type",
        samples=7,
        quick=2,
        depth=3000,
        vafs=(),
        design=Design.WILD_TYPE,
        mutants=0,
        long_libraries=(*_NANOPORE, *_PACBIO),
    ),
)


@dataclass(frozen=True)
class PublishedItd:
    """A row of a table of published ITDs, on the locus."""

    name: str
    start: int
    inserted: str
    vaf: float


def read_itds(path: Path) -> list[PublishedItd]:
    """Published ITDs from a table with a header.

    Columns used: ``id``, ``inserted_seq_plus`` (plus strand), ``dup_start_hg38`` and
    ``dup_end_hg38`` (the duplicated interval on chr13, GRCh38, 1-based inclusive) and
    ``approx_vaf``. The insert must begin or end with the duplicated interval; rows without an
    interval are left out. VAFs are brought into 0.02 to 0.9.

    Raises:
        UserError: the file cannot be read, lacks a column, or has a row that does not fit.
    """
    locus = flt3_locus()
    wanted = ("id", "inserted_seq_plus", "dup_start_hg38", "dup_end_hg38", "approx_vaf")
    found = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            missing = [name for name in wanted if name not in (rows.fieldnames or [])]
            if missing:
                raise UserError(f"{path}: row 1: columns are missing: {' '.join(missing)}")
            for number, row in enumerate(rows, start=2):
                if row["dup_start_hg38"]:
                    found.append(_published(f"{path}: row {number}", row, locus))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the ITDs cannot be read: {error}") from error
    if not found:
        raise UserError(f"{path}: no row has a duplicated interval")
    return found


def _published(place: str, row: dict[str, str], locus: Locus) -> PublishedItd:
    try:
        start = locus.from_grch38(int(float(row["dup_start_hg38"])))
        end = locus.from_grch38(int(float(row["dup_end_hg38"]))) + 1
        vaf = min(max(float(row["approx_vaf"] or 0.2), 0.02), 0.9)
    except ValueError as error:
        raise UserError(f"{place}: not a number: {error}") from error
    inserted, copy = row["inserted_seq_plus"].upper(), locus.sequence[start:end]
    if copy and inserted.endswith(copy):
        return PublishedItd(row["id"], end, inserted, vaf)
    if copy and inserted.startswith(copy):
        return PublishedItd(row["id"], start, inserted, vaf)
    raise UserError(
        f"{place}: inserted_seq_plus neither begins nor ends with the bases of "
        "dup_start_hg38 to dup_end_hg38"
    )


def plan_samples(
    one: BenchmarkSet, seed: int, *, quick: bool, published: Sequence[PublishedItd] = ()
) -> list[SamplePlan]:
    """The samples of a set; sample n of a seed is the same in a quick and a full run."""
    if one.design is Design.PUBLISHED:
        chosen = published[:: max(1, len(published) // one.quick)] if quick else published
        return [
            SamplePlan(f"{one.name}_{n:04d}", n, (Mutant(itd.start, itd.inserted, itd.vaf),))
            for n, itd in enumerate(chosen[: one.quick] if quick else chosen)
        ]
    locus = flt3_locus()
    plans = []
    for number in range(one.quick if quick else one.samples):
        maker = _Maker(one, number, seed, locus)
        mutants = maker.mutants()
        normal = maker.normal(mutants)
        while one.amplicon and not _between_primers(locus, mutants, normal):
            mutants = maker.mutants()
            normal = maker.normal(mutants)
        present = tuple(mutant for mutant in mutants if mutant.vaf > 0)
        plans.append(
            SamplePlan(
                f"{one.name}_{number:04d}",
                number,
                present,
                mutants if one.follow_up else (),
                normal,
            )
        )
    return plans


def _between_primers(
    locus: Locus, mutants: Sequence[Mutant], normal: Sequence[NormalAllele]
) -> bool:
    """Whether the copies of all mutants, and all changes beside them, lie between the primers."""
    first, last = between_primers(locus)
    places = [(one.start - len(one.inserted), one.start) for one in mutants]
    changes = [one.beside for one in mutants if one.beside is not None]
    places += [(one.start, one.end) for one in (*changes, *(each.change for each in normal))]
    return all(first <= start and end <= last for start, end in places)


@dataclass
class _Maker:
    """Draws the mutants of one sample."""

    one: BenchmarkSet
    number: int
    seed: int
    locus: Locus
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed} {self.one.name} {self.number}")

    def mutants(self) -> tuple[Mutant, ...]:
        """Mutants that differ from each other, with the VAFs of the set in turn."""
        made: list[tuple[int, str]] = []
        while len(made) < self.one.mutants:
            start, inserted = self._next(made)
            sequences = [Mutant(*each, 0.0).sequence(self.locus.sequence) for each in made]
            if Mutant(start, inserted, 0.0).sequence(self.locus.sequence) not in sequences:
                made.append((start, inserted))
        kind = EventKind.INSERTION if self.one.design is Design.INSERTION else EventKind.ITD
        vafs = self.one.vafs
        mutants = [
            Mutant(start, inserted, vafs[(self.number + place) % len(vafs)], kind)
            for place, (start, inserted) in enumerate(made)
        ]
        if self.one.design is Design.CIS:
            mutants = [replace(one, beside=self._small_change(one)) for one in mutants]
        return tuple(mutants)

    def normal(self, mutants: Sequence[Mutant]) -> tuple[NormalAllele, ...]:
        """What the other molecules carry: of an inherited change half of all have it."""
        match self.one.design:
            case Design.TRANS:
                return (NormalAllele(self._small_change(mutants[0]), 0.5),)
            case Design.CIS if self.number % 2 and mutants[0].beside is not None:
                return (NormalAllele(mutants[0].beside, 0.5 - mutants[0].vaf),)
        return ()

    def _small_change(self, mutant: Mutant) -> SmallChange:
        """A deletion, an insertion of one or two bases or another base, near the copies."""
        rng, sequence = self.rng, self.locus.sequence
        last = mutant.start
        first = last - next(
            n
            for n in range(len(mutant.inserted), -1, -1)
            if mutant.inserted.endswith(sequence[last - n : last])
        )
        away = rng.randint(*_BESIDE_DISTANCE)
        kind = rng.choice(("deletion", "deletion", "insertion", "substitution"))
        length = {"deletion": rng.randint(1, 15), "insertion": 0, "substitution": 1}[kind]
        start = last + away if rng.random() < 0.5 else first - away - length
        if kind == "deletion":
            return SmallChange(start, start + length, "")
        if kind == "insertion":
            return SmallChange(start, start, self._bases(rng.randint(1, 2)))
        other = rng.choice([base for base in "ACGT" if base != sequence[start]])
        return SmallChange(start, start + 1, other)

    def _next(self, made: Sequence[tuple[int, str]]) -> tuple[int, str]:
        match self.one.design:
            case Design.GRID:
                return self._between_primers()
            case Design.INSERTION:
                return self._exonic_base(), self._bases(self.rng.randint(*self.one.lengths))
            case Design.IMPERFECT | Design.INNER | Design.COPIES:
                return self._altered()
            case Design.SAME_LENGTH if made:
                start = made[0][0]
                length = len(made[0][1])
                while abs(start - made[0][0]) < 10:
                    start = self._exonic_base()
                return start, self.locus.sequence[start - length : start]
            case Design.SIMILAR if made:
                return self._similar(*made[0])
        return self._tandem()

    def _tandem(self) -> tuple[int, str]:
        """A duplication with one end in exon 14 or 15; two of three keep the reading frame."""
        rng = self.rng
        length = rng.randint(*self.one.lengths)
        filler = ""
        if length >= 12 and rng.random() < self.one.filler_share:
            filler = self._bases(rng.choice(_FILLER_LENGTHS))
        if rng.random() < 2 / 3:
            length += -(length + len(filler)) % 3
        anchor = self._exonic_base()
        end = anchor + length if rng.random() < 0.5 else anchor
        return end, filler + self.locus.sequence[end - length : end]

    def _altered(self) -> tuple[int, str]:
        """A duplication that is more, or other, than two equal copies."""
        if self.one.design is Design.COPIES:
            return self._copies()
        start, inserted = self._tandem()
        if self.one.design is Design.INNER:
            return start, self._with_change(inserted)
        place = self.rng.randint(len(inserted) // 4, 3 * len(inserted) // 4)
        other = self.rng.choice([base for base in "ACGT" if base != inserted[place]])
        return start, inserted[:place] + other + inserted[place + 1 :]

    def _copies(self) -> tuple[int, str]:
        """Three to five copies of a unit with one end in an exon, up to 360 bases more."""
        start, unit = self._tandem()
        most = max(3, min(5, 1 + _MOST_COPIED // len(unit)))
        return start, unit * (self.rng.randint(3, most) - 1)

    def _with_change(self, inserted: str) -> str:
        """A copy with a gap, more bases or other bases anywhere in it."""
        rng = self.rng
        lost, new = rng.choice(((rng.randint(3, 15), 0), (0, rng.randint(2, 10)), (2, 2)))
        place = rng.randint(1, len(inserted) - lost - 1)
        return inserted[:place] + self._bases(new) + inserted[place + lost :]

    def _similar(self, start: int, inserted: str) -> tuple[int, str]:
        """The same duplication, a few bases longer or with a filler of a few bases."""
        few = self.rng.randint(1, 6)
        if self.rng.random() < 0.5:
            return start, self._bases(few) + inserted
        return start + few, inserted + self.locus.sequence[start : start + few]

    def _between_primers(self) -> tuple[int, str]:
        first, last = between_primers(self.locus)
        shortest, longest = self.one.lengths
        while True:
            start = self.rng.randrange(first, last)
            length = self.rng.randint(shortest, longest)
            if start + length <= last:
                return start + length, self.locus.sequence[start : start + length]

    def _exonic_base(self) -> int:
        exon = self.locus.exon(14 if self.rng.random() < _EXON_14_SHARE else 15)
        return self.rng.randint(exon.start + 3, exon.end - 4)

    def _bases(self, length: int) -> str:
        return "".join(self.rng.choices("ACGT", k=length))


def between_primers(locus: Locus) -> tuple[int, int]:
    """The bases of the amplicon between its primers, half-open."""
    first = locus.sequence.index(UPPER_PRIMER) + len(UPPER_PRIMER)
    return first, locus.sequence.index(LOWER_PRIMER, first)

r"""Kinds of events that stand close together, drawn anew for each seed over all genes, and scored.

    python -m scripts.benchmark.panel_kinds --seed 1 --vaf 0.2 --depth 500 --work FOLDER

Every contig of the small genome (`scripts.benchmark.panel_data`) has three mutant haplotypes: A
with the VAF asked for, B with three quarters of it, and C, which carries polymorphisms only, so
that those of A and C together have 50 %. Cases lie so far apart that no fragment shows two.
"""

from __future__ import annotations

import argparse
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.hgvs.names import Fetch, normalise_on_plus
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import Alteration, Event
from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.panel_counts import align, reader
from scripts.benchmark.panel_data import (
    SmallGenome,
    Targets,
    gtf_of,
    panel_models,
    read_genome,
    targets_of,
)
from scripts.benchmark.panel_stage import StageInputs, run_stage
from scripts.command import run
from scripts.panel.rows import PanelVariant
from scripts.workflow.digest import CHECKOUT

_APART = 700
"""No fragment shows two cases that lie so far apart."""
_EDGE = 40
"""Bases of a target beside a case that is not drawn at its edge."""
SNP_VAF = 0.5
CLONE = 0.75
"""VAF of haplotype B, as a share of that of A."""

Edit = tuple[int, int, str]
"""Bases [start, end) of a contig, and what replaces them."""


@dataclass(frozen=True)
class Case:
    """A case on a contig: the edits of each haplotype (A, B, C), and where its first base lies."""

    kind: str
    gene: str
    start: int
    edits: dict[str, tuple[Edit, ...]]

    def expected(self, shares: dict[str, float]) -> dict[Edit, float]:
        """The events that should come out, with their VAFs."""
        found: dict[Edit, float] = defaultdict(float)
        for name, edits in self.edits.items():
            for edit in edits:
                found[edit] += shares[name]
        return dict(found)


@dataclass
class KindScore:
    """What became of the cases of a kind."""

    kind: str
    cases: int = 0
    exact: int = 0
    events: int = 0
    inside: int = 0
    wrong_frame: int = 0
    false: int = 0
    errors: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def line(self) -> str:
        """One row of the table."""
        count = max(1, len(self.ratios))
        bias = sum(self.ratios) / count - 1
        spread = math.sqrt(sum((r - 1 - bias) ** 2 for r in self.ratios)) / count
        rms = math.sqrt(sum(e * e for e in self.errors) / count)
        return (
            f"| {self.kind} | {self.cases} | {self.exact / max(1, self.cases):.1%} | "
            f"{bias:+.1%} ± {spread:.1%} | {rms:.2f} | {self.inside / max(1, self.events):.1%} | "
            f"{self.wrong_frame} | {self.false} |"
        )


HEADER = (
    "| kind | cases | exact | VAF bias | rms z | in interval | wrong frame | false |",
    "|---|---|---|---|---|---|---|---|",
)

Draw = Callable[[str, int, random.Random], dict[str, tuple[Edit, ...]]]


def _bases(length: int, rng: random.Random) -> str:
    return "".join(rng.choices("ACGT", k=length))


def _other(base: str, rng: random.Random) -> str:
    return rng.choice([other for other in "ACGT" if other != base])


def _substitution(sequence: str, at: int, rng: random.Random) -> Edit:
    return at, at + 1, _other(sequence[at], rng)


def _replacement(shortest: int, longest: int) -> Draw:
    def draw(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
        old = sequence[at : at + rng.randint(shortest, longest)]
        size = rng.randint(shortest, longest)
        new = _other(old[0], rng) + _bases(size - 2, rng) + _other(old[-1], rng)
        return {"A": ((at, at + len(old), new),)}

    return draw


def _deletion(shortest: int, longest: int) -> Draw:
    def draw(_: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
        return {"A": ((at, at + rng.randint(shortest, longest), ""),)}

    return draw


def _duplication(shortest: int, longest: int) -> Draw:
    def draw(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
        size = rng.randint(shortest, longest)
        return {"A": ((at + size, at + size, sequence[at : at + size]),)}

    return draw


def _insertion(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    del sequence
    return {"A": ((at, at, _bases(rng.randint(1, 25), rng)),)}


def _single(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    return {"A": (_substitution(sequence, at, rng),)}


def _two_deletions(_: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    first = rng.randint(2, 12)
    second = at + rng.randint(1, first - 1)
    return {"A": ((at, at + first, ""),), "B": ((second, second + rng.randint(2, 12), ""),)}


def _two_replacements(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    one = _replacement(2, 10)(sequence, at, rng)["A"]
    return {"A": one, "B": _replacement(2, 10)(sequence, at + rng.randint(0, 3), rng)["A"]}


def _neighbour(sequence: str, at: int, rng: random.Random) -> tuple[Edit, Edit]:
    """A substitution and, 0 to 10 bases behind it, another, or a gap."""
    first = _substitution(sequence, at, rng)
    place = at + 1 + rng.randint(0, 10)
    if rng.random() < 0.6:
        return first, _substitution(sequence, place, rng)
    if rng.random() < 0.5:
        return first, (place, place + rng.randint(1, 9), "")
    return first, (place, place, _bases(rng.randint(1, 9), rng))


def _cis(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    return {"A": _neighbour(sequence, at, rng)}


def _trans(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    first, second = _neighbour(sequence, at, rng)
    return {"A": (first,), "B": (second,)}


def _nested(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    """Two bases of a codon in one clone, the second of them alone in another."""
    first, second = _substitution(sequence, at, rng), _substitution(sequence, at + 1, rng)
    return {"A": (first, second), "B": (second,)}


def _beside_snp(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    first, second = _neighbour(sequence, at, rng)
    cis = rng.random() < 0.5
    return {"A": (first, second) if cis else (second,), "C": (first,)}


def _repeat(sequence: str, at: int, rng: random.Random) -> dict[str, tuple[Edit, ...]]:
    """One or two units more or less of the longest repeat of 2 to 6 bases near a place."""
    best = max(
        ((_units(sequence, i, size) * size, i, size) for size in range(2, 7) for i in
         range(at - 100, at + 100)),
    )  # fmt: skip
    _, start, size = best
    units = rng.randint(1, 2)
    if rng.random() < 0.5 and _units(sequence, start, size) > units:
        return {"A": ((start, start + size * units, ""),)}
    return {"A": ((start, start, sequence[start : start + size] * units),)}


def _units(sequence: str, start: int, size: int) -> int:
    unit, count = sequence[start : start + size], 0
    if len(set(unit)) == 1:
        return 0
    while sequence.startswith(unit, start + size * count):
        count += 1
    return count


KINDS: dict[str, Draw] = {
    "substitution": _single,
    "replacement, 2 to 6 bases": _replacement(2, 6),
    "replacement, 7 to 18": _replacement(7, 18),
    "replacement, 19 to 25": _replacement(19, 25),
    "duplication, 3 to 19": _duplication(3, 19),
    "duplication, 20 to 60": _duplication(20, 60),
    "deletion, 1 to 19": _deletion(1, 19),
    "deletion, 20 to 60": _deletion(20, 60),
    "insertion, 1 to 25": _insertion,
    "two overlapping deletions": _two_deletions,
    "two overlapping replacements": _two_replacements,
    "neighbours in cis": _cis,
    "neighbours in trans": _trans,
    "one base of a codon in a second clone": _nested,
    "mutation beside a polymorphism": _beside_snp,
    "repeat": _repeat,
    "first or last bases of a target": _single,
}


def draw_cases(genome: SmallGenome, targets: Targets, seed: int, count: int) -> list[Case]:
    """Cases of all kinds in turn, at drawn places of drawn targets."""
    rng = random.Random(seed)
    names = sorted(targets)
    taken: dict[str, list[int]] = defaultdict(list)
    cases: list[Case] = []
    kinds = list(KINDS)
    for _attempt in range(60 * count):
        if len(cases) == count:
            break
        kind = kinds[len(cases) % len(kinds)]
        gene, start, end = targets[names[rng.randrange(len(names))]]
        if kind.startswith("first"):
            at = rng.choice((start + rng.randint(0, 2), end - 1 - rng.randint(0, 2)))
        elif end - start > 2 * _EDGE:
            at = rng.randrange(start + _EDGE, end - _EDGE)
        else:
            continue
        sequence = genome.sequence(gene)
        if any(abs(at - other) < _APART for other in taken[gene]) or end - start < 30:
            continue
        edits = KINDS[kind](sequence, at, rng)
        some = [edit for one in edits.values() for edit in one]
        if any(sequence[s:e] == new or "N" in sequence[s - 60 : e + 60] for s, e, new in some):
            continue
        if gene == "FLT3" and any(len(new) - (e - s) >= 20 for s, e, new in some):
            continue  # these are left to flt3itd
        if any(e > end or s < start for s, e, _ in some) and not kind.startswith("first"):
            continue
        taken[gene].append(at)
        cases.append(Case(kind, gene, at, edits))
    return cases


def shares_of(vaf: float) -> dict[str, float]:
    """The shares of the haplotypes."""
    return {"A": vaf, "B": CLONE * vaf, "C": SNP_VAF - vaf}


def sample_of(cases: Sequence[Case], vaf: float, depth: float) -> SampleDesign:
    """The haplotypes of all cases as one sample."""
    of_gene: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for case in cases:
        for name, edits in case.edits.items():
            for start, end, new in edits:
                of_gene[case.gene, name].append(_event(case.gene, start, end, new))
    haplotypes = [
        MutantHaplotype(name, shares_of(vaf)[name], tuple(sorted(some, key=lambda e: e.start)))
        for (_, name), some in of_gene.items()
    ]
    return SampleDesign("kinds", tuple(haplotypes), Depths(depth), Library())


def _event(gene: str, start: int, end: int, new: str) -> Event:
    if start == end:
        return Event(gene, start, start, Alteration.INSERTION, new)
    if not new:
        return Event(gene, start, end, Alteration.DELETION)
    return Event(gene, start, end, Alteration.REPLACEMENT, new)


def rows_of(
    folder: Path,
    genome: SmallGenome,
    cases: Sequence[Case],
    inputs: StageInputs,
    vaf: float,
    depth: float,
    seed: int,
) -> list[PanelVariant]:
    """Simulate the cases, align the reads, and run the stage on them."""
    design = sample_of(cases, vaf, depth)
    references = {gene: genome.sequence(gene) for gene in genome.slices}
    around = [
        Stretch(c.gene, c.start - 300, c.start + 300, f"{c.gene}|{c.start}", 0.0) for c in cases
    ]
    reads = [folder / f"R{mate}.fastq.gz" for mate in (1, 2)]
    write_simulation(simulate(design, references, around, seed), reads[0], reads[1], None)
    align(inputs.fasta, reads, folder / "aligned.bam")
    return run_stage(folder / "aligned.bam", folder / "stage", inputs)


Key = tuple[int, int, str]


def key_of(start: int, ref: str, alt: str, fetch: Fetch) -> Key:
    """An allele wherever it is written."""
    change = normalise_on_plus(fetch, start, ref, alt)
    return change.start, change.end, change.alternate


def score_cases(
    cases: Sequence[Case], rows: Sequence[PanelVariant], genome: SmallGenome, vaf: float
) -> tuple[list[KindScore], list[str]]:
    """Score the rows that pass; also what went wrong, in words."""
    scores = {kind: KindScore(kind) for kind in KINDS}
    words: list[str] = []
    for case in cases:
        score = scores[case.kind]
        score.cases += 1
        sequence = genome.sequence(case.gene)
        fetch = reader(sequence)
        near = [
            row
            for row in rows
            if row.filter == "PASS" and row.chrom == case.gene and abs(row.pos - case.start) < 400
        ]
        expected = {
            key_of(s, sequence[s:e], new, fetch): (share, (len(new) - (e - s)) % 3)
            for (s, e, new), share in joined(case, sequence, vaf).items()
        }
        found = {key_of(row.pos - 1, row.ref, row.alt, fetch): row for row in near}
        right = expected.keys() <= found.keys()
        false = [found[key] for key in found.keys() - expected.keys()]
        score.exact += right and not false
        score.false += len(false)
        score.wrong_frame += any(
            {(len(r.alt) - len(r.ref)) % 3 for r in false}
            - {frame for _, frame in expected.values()}
        )
        for key, (share, _) in expected.items():
            row = found.get(key)
            if row is None:
                continue
            score.events += 1
            score.inside += row.vaf_low <= share <= row.vaf_high
            score.ratios.append(row.vaf / share)
            deviation = math.sqrt(share * (1 - share) / max(1, row.depth))
            score.errors.append((row.vaf - share) / deviation)
        if not right or false:
            words += _words(case, rows, expected, sequence)
    return [*scores.values(), _all(list(scores.values()))], words


def joined(case: Case, sequence: str, vaf: float) -> dict[Edit, float]:
    """What should come out: edits of one haplotype at most two bases apart are one event.

    A polymorphism and a mutation stay two.
    """
    shares = shares_of(vaf)
    together: dict[Edit, float] = defaultdict(float)
    for name, edits in case.edits.items():
        pieces = (
            [edits]
            if len(edits) == 1
            else [edits]
            if _is_one(case, edits)
            else [(e,) for e in edits]
        )
        for some in pieces:
            start, end = some[0][0], some[-1][1]
            text, done = "", start
            for s, e, new in some:
                text, done = text + sequence[done:s] + new, e
            together[start, end, text] += shares[name]
    return dict(together)


def _is_one(case: Case, edits: Sequence[Edit]) -> bool:
    return case.kind != "mutation beside a polymorphism" and edits[1][0] - edits[0][1] <= 2


def _all(scores: Sequence[KindScore]) -> KindScore:
    total = KindScore("all")
    for one in scores:
        total.cases += one.cases
        total.exact += one.exact
        total.events += one.events
        total.inside += one.inside
        total.wrong_frame += one.wrong_frame
        total.false += one.false
        total.errors += one.errors
        total.ratios += one.ratios
    return total


def _words(
    case: Case, rows: Sequence[PanelVariant], expected: dict[Key, tuple[float, int]], sequence: str
) -> Iterator[str]:
    yield f"{case.kind}: {case.gene}:{case.start + 1} {case.edits}"
    for (start, end, new), (share, _) in expected.items():
        yield f"    expected {start + 1} {sequence[start:end] or '-'}>{new or '-'} {share:.3f}"
    for row in rows:
        if row.chrom == case.gene and abs(row.pos - case.start) < 400 and row.vaf > 0.005:
            yield (
                f"    {row.pos} {row.ref}>{row.alt} {row.filter} {row.vaf:.3f} "
                f"{row.alternate_fragments}/{row.depth}"
            )


_BASE_OF_DAMAGE = {"G": "T", "C": "A"}, {"C": "T", "G": "A"}
"""What is read in place of a damaged base and of its partner: oxidation, deamination."""
_BESIDE_CASE = (150, 250)
DAMAGE_VAF = 0.02
DAMAGE_SITES = 40


def draw_damage(
    genome: SmallGenome, cases: Sequence[Case], rng: random.Random
) -> list[tuple[str, int, str]]:
    """Places beside cases (contig, 0-based) and the base that damage makes there."""
    sites = []
    for number, case in enumerate(rng.sample(list(cases), min(DAMAGE_SITES, len(cases)))):
        table = _BASE_OF_DAMAGE[number % 2]
        sequence = genome.sequence(case.gene)
        low, high = (case.start + shift for shift in _BESIDE_CASE)
        places = [at for at in range(low, high) if sequence[at] in table]
        if places:
            at = rng.choice(places)
            sites.append((case.gene, at, table[sequence[at]]))
    return sites


def with_damage(
    bam: Path, out: Path, sites: Sequence[tuple[str, int, str]], rng: random.Random
) -> None:
    """A BAM in which `DAMAGE_VAF` of the fragments over some sites are damaged.

    The damaged base lies on the plus strand (G, C in place of T: first read forward) or on the
    minus strand, so all of them have one orientation.
    """
    chosen: dict[tuple[str, int, str], bool] = {}
    with (
        pysam.AlignmentFile(str(bam)) as reads,
        pysam.AlignmentFile(str(out), "wb", template=reads) as file,
    ):
        for read in reads:
            for contig, at, new in sites:
                if read.reference_name != contig or not read.cigartuples:
                    continue
                if not read.reference_start <= at < (read.reference_end or 0):
                    continue
                is_f1r2 = read.is_read2 == read.is_reverse
                key = contig, at, read.query_name or ""
                if key not in chosen:
                    chosen[key] = rng.random() < 2 * DAMAGE_VAF
                if chosen[key] and is_f1r2 == (new == "T"):
                    _put(read, at, new)
            file.write(read)
    pysam.index(str(out))


def _put(read: pysam.AlignedSegment, at: int, new: str) -> None:
    """Write a base over one that is aligned."""
    query = {place: i for i, place in read.get_aligned_pairs(matches_only=True)}.get(at)
    sequence, qualities = read.query_sequence, read.query_qualities
    if query is not None and sequence:
        read.query_sequence = sequence[:query] + new + sequence[query + 1 :]
        read.query_qualities = qualities


def damage_line(
    folder: Path,
    genome: SmallGenome,
    cases: Sequence[Case],
    inputs: StageInputs,
    seed: int,
) -> str:
    """How many damaged places of a sample pass; `rows_of` has run in the folder."""
    rng = random.Random(seed)
    sites = draw_damage(genome, cases, rng)
    damaged, bed = folder / "damaged.bam", folder / "damaged.bed"
    with_damage(folder / "aligned.bam", damaged, sites, rng)
    bed.write_text("".join(f"{c}\t{at - 60}\t{at + 60}\n" for c, at, _ in sites), "utf-8")
    rows = run_stage(damaged, folder / "damage", replace(inputs, targets=bed))
    places = {(contig, at + 1) for contig, at, _ in sites}
    there = [row for row in rows if (row.chrom, row.pos) in places]
    passing = [row for row in there if row.filter == "PASS"]
    return (
        f"damaged places at {DAMAGE_VAF:.0%}: {len(sites)}, called {len(there)}, "
        f"pass {len(passing)}"
    )


def stage_inputs(data: Path, folder: Path) -> tuple[SmallGenome, Targets, StageInputs]:
    """The small genome with its models and targets, written into a new folder and indexed."""
    genome = read_genome(data / "reference" / "panel_segments.grch38.fa.gz")
    gtf = gtf_of(genome, panel_models(data / "models" / "panel54_mane_models.tsv", genome))
    targets = targets_of(genome, CHECKOUT / "panels" / "myeloid54" / "all_coding.GRCh38.bed")
    folder.mkdir(parents=True)
    (folder / "genome.fa").write_text(genome.fasta(), "ascii")
    pysam.faidx(str(folder / "genome.fa"))
    (folder / "genes.gtf").write_text(gtf, "utf-8")
    lines = [f"{c}\t{start}\t{end}\t{name}\n" for name, (c, start, end) in targets.items()]
    (folder / "targets.bed").write_text("".join(sorted(lines)), "utf-8")
    inputs = StageInputs(folder / "genome.fa", folder / "genes.gtf", folder / "targets.bed")
    return genome, targets, inputs


def bench_kinds(
    data: Path, work: Path, vaf: float, depth: float, seed: int, count: int
) -> list[str]:
    """Draw, simulate, call and score; the lines of a table, and what went wrong."""
    genome, targets, inputs = stage_inputs(data, work)
    cases = draw_cases(genome, targets, seed, count)
    rows = rows_of(work, genome, cases, inputs, vaf, depth, seed)
    scores, words = score_cases(cases, rows, genome, vaf)
    damage = damage_line(work, genome, cases, inputs, seed)
    return [*HEADER, *(score.line() for score in scores), "", damage, "", *words]


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw, simulate, call and score; print the table and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared")
    parser.add_argument("--work", type=Path, required=True, help="a folder that does not exist")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vaf", type=float, default=0.2)
    parser.add_argument("--depth", type=float, default=500)
    parser.add_argument("--cases", type=int, default=340)
    options = parser.parse_args(arguments)
    lines = bench_kinds(
        options.data, options.work, options.vaf, options.depth, options.seed, options.cases
    )
    print("\n".join(lines))


if __name__ == "__main__":
    run(main)

r"""How the molecules of drawn cases are told: thousands of cases in a minute, without reads.

    python -m scripts.benchmark.kind_descriptions --seeds 1 2 3 --cases 300 [--kinds repeat ...]

Each haplotype of a case (`scripts.benchmark.kind_cases`) has as many fragments as chance gives it,
all of which fit it alone. What differs from the drawn events is the description, not the reads.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from scripts.benchmark.kind_cases import KINDS, Case, draw_cases, shares_of
from scripts.benchmark.kind_scores import key_of
from scripts.benchmark.panel_data import SmallGenome, Targets, read_genome, reader, targets_of
from scripts.command import run
from scripts.panel.alleles import Allele
from scripts.panel.known_parts import NothingKnown
from scripts.panel.molecules import events_of_mixture
from scripts.panel.places import FEWEST, Place
from scripts.panel.shares import Fragment, Mixture
from scripts.workflow.digest import CHECKOUT

FRAGMENTS = 450
"""Of a place at 500x."""
_BESIDE = 30
"""Bases of a place beside the drawn events."""


def told_alleles(case: Case, sequence: str, vaf: float, rng: random.Random) -> list[Allele]:
    """The events that the haplotypes of a case are told as; `sequence` is that of its contig."""
    edits = [edit for some in case.edits.values() for edit in some]
    start = min(edit[0] for edit in edits) - _BESIDE
    end = max(edit[1] for edit in edits) + _BESIDE
    place = Place(case.gene, start, end, ())
    shares: dict[str, float] = {sequence[start:end]: 0.0}
    for name, share in shares_of(vaf).items():
        text, done = "", start
        for first, last, new in sorted(case.edits.get(name, ())):
            text, done = text + sequence[done:first] + new, last
        text += sequence[done:end]
        shares[text] = shares.get(text, 0.0) + share
    texts = list(shares)
    drawn = Counter(rng.choices(range(len(texts)), list(shares.values()), k=FRAGMENTS))
    fragments = [
        Fragment(tuple(int(h != own) for h in range(len(texts))), 1.0, False, ())
        for own, count in sorted(drawn.items())
        for _ in range(count)
    ]
    mixture = Mixture(fragments, len(texts), FEWEST)
    events = events_of_mixture(mixture, texts, place, reader(sequence), NothingKnown())
    return [event.allele for event in events]


def is_told_as_drawn(case: Case, sequence: str, vaf: float, rng: random.Random) -> bool:
    """Whether the events of a case are those that were drawn, wherever they are written."""
    fetch = reader(sequence)
    drawn = {key_of(s, sequence[s:e], new, fetch) for s, e, new in case.expected(sequence, vaf)}
    told = told_alleles(case, sequence, vaf, rng)
    return drawn == {key_of(one.start, one.ref, one.alt, fetch) for one in told}


def table_lines(
    genome: SmallGenome,
    targets: Targets,
    seeds: Sequence[int],
    count: int,
    vaf: float,
    kinds: Collection[str],
) -> Iterator[str]:
    """The lines of a table by kind, and of all together."""
    cases: Counter[str] = Counter()
    otherwise: Counter[str] = Counter()
    for seed in seeds:
        rng = random.Random(seed)
        for case in draw_cases(genome, targets, seed, count, kinds):
            cases[case.kind] += 1
            told = is_told_as_drawn(case, genome.sequence(case.gene), vaf, rng)
            otherwise[case.kind] += not told
    yield "| kind | cases | told otherwise |"
    yield "|---|---|---|"
    for kind in [kind for kind in KINDS if cases[kind]]:
        yield f"| {kind} | {cases[kind]} | {otherwise[kind]} |"
    yield f"| all | {cases.total()} | {otherwise.total()} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, draw and tell, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--cases", type=int, default=300, help="of each seed")
    parser.add_argument("--vaf", type=float, default=0.2)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=(), metavar="KIND")
    options = parser.parse_args(arguments)
    genome = read_genome(options.data / "reference" / "panel_segments.grch38.fa.gz")
    bed = CHECKOUT / "panels" / "myeloid54" / "all_coding.GRCh38.bed"
    targets = targets_of(genome, bed)
    lines = table_lines(genome, targets, options.seeds, options.cases, options.vaf, options.kinds)
    print("\n".join(lines))


if __name__ == "__main__":
    run(main)

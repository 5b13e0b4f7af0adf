"""Damaged bases in the reads of a sample: the fragments that show one have one orientation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pysam

from scripts.benchmark.kind_cases import Case
from scripts.benchmark.kind_reads import ALIGNED
from scripts.benchmark.panel_data import SmallGenome
from scripts.benchmark.panel_stage import StageInputs, run_stage

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
    """How many damaged places of a sample pass; `rows_of` of `kind_reads` has run in the folder."""
    rng = random.Random(seed)
    sites = draw_damage(genome, cases, rng)
    damaged, bed = folder / "damaged.bam", folder / "damaged.bed"
    with_damage(folder / ALIGNED, damaged, sites, rng)
    bed.write_text("".join(f"{c}\t{at - 60}\t{at + 60}\n" for c, at, _ in sites), "utf-8")
    rows = run_stage(damaged, folder / "damage", replace(inputs, targets=bed))
    places = {(contig, at + 1) for contig, at, _ in sites}
    there = [row for row in rows if (row.chrom, row.pos) in places]
    passing = [row for row in there if row.filter == "PASS"]
    return (
        f"damaged places at {DAMAGE_VAF:.0%}: {len(sites)}, called {len(there)}, "
        f"pass {len(passing)}"
    )

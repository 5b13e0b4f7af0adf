"""`make bench-kinase`: the kinase domain caller against noise of known places, and its VAFs.

Two parts. `background`: samples whose errors differ from place to place, some places ten times
noisier than the others, called with the backgrounds of more and more controls: false calls of the
wild type, and mutations at 0.5 % that are found. `counts`: short insertions, deletions and
substitutions in simulated reads that bwa mem aligned, over read lengths, depths and VAFs.
"""

from __future__ import annotations

import argparse
import itertools
import math
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.analysis import kinase_domain_reads
from flt3itd.commands.simulate import simulate_haplotypes, write_simulation
from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.kinase.background import (
    Background,
    build_background,
    read_background,
    write_background,
)
from flt3itd.kinase.exon_counts import ExonCounts
from flt3itd.kinase.tkd import EXONS, ReportedAt, TkdParameters, call_tkd, count_kinase_domain
from flt3itd.locus.flt3 import TRANSCRIPT, flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import TkdResult
from flt3itd.simulation.sequencing import Library
from scripts.benchmark.reads import align, write_reference
from scripts.benchmark.table import machine
from scripts.command import run

PARTS = ("background", "counts")
CONTROLS = (0, 1, 3, 10, 20)
DEPTH = 2000
VAF = 0.005
ERROR_RATE = 1e-4
"""Mean error rate of each of the three wrong bases at a place."""
_SHAPE_OF_PLACES = 2.0
_SPREAD_OF_SAMPLES = 0.2
NOISE = 10.0
_NOISY_OF_EACH_EXON = 6
_ALSO_NOISY = "2503G>T"
"""D835Y: a hotspot among the noisy places."""
_SOUGHT = ("2028C>G", "2071T>C", "2504A>G", "2508C>G", "2522A>T", "2525A>G")
"""N676K, F691L, D835G, I836M, N841I and Y842C, at places that are not noisy."""
_FLANK = 10

_D835 = flt3_locus().offset_of_cds(2503 + 2)
CHANGES: dict[str, tuple[int, str, str]] = {
    "D835Y": (_D835 + 2, "C", "A"),
    "I836del": (_D835 - 3, "GAT", ""),
    "deletion of 1": (_D835 + 7, flt3_locus().sequence[_D835 + 7], ""),
    "deletion of 6": (_D835 - 3, flt3_locus().sequence[_D835 - 3 : _D835 + 3], ""),
    "S840_N841insGS": (_D835 - 15, "", "GGATCC"),
    "duplication of 9": (_D835 - 12, "", flt3_locus().sequence[_D835 - 12 : _D835 - 3]),
    "insertion of 12": (_D835 + 10, "", "GGATCCTTACGA"),
}
"""Locus coordinate, bases that are lost, bases that are put in their place (plus strand)."""
_READ_LENGTHS = (75, 100, 150)
_DEPTHS = (500, 5000)
_VAFS = (0.05, 0.4)

Substitution = tuple[int, str]
"""A locus coordinate and the base that is read there (plus strand)."""
Rates = dict[int, npt.NDArray[np.float64]]
"""Error rates by exon: base of the exon (plus strand) x A, C, G, T."""


def substitution(name: str) -> Substitution:
    """The substitution of a name such as 2503G>T."""
    return flt3_locus().offset_of_cds(int(name[:-3])), reverse_complement(name[-1])


def place_rates(rng: np.random.Generator) -> Rates:
    """What the chemistry makes of each place: the same in all samples, noisy ones included."""
    locus = flt3_locus()
    rates: Rates = {}
    quiet = {substitution(name) for name in _SOUGHT}
    for number in EXONS:
        exon = locus.exon(number)
        spread = rng.gamma(_SHAPE_OF_PLACES, 1 / _SHAPE_OF_PLACES, (len(exon), 4))
        own = rates[number] = ERROR_RATE * spread
        places = [(at, base) for at in range(len(exon)) for base in range(4)]
        chosen = [places[i] for i in rng.choice(len(places), _NOISY_OF_EACH_EXON, replace=False)]
        for at, base in chosen:
            if (exon.start + at, "ACGT"[base]) not in quiet:
                own[at, base] *= NOISE
        noisy, changed = substitution(_ALSO_NOISY)
        if exon.start <= noisy < exon.end:
            own[noisy - exon.start, "ACGT".index(changed)] = ERROR_RATE * NOISE
    return rates


def draw_sample(
    rates: Rates, rng: np.random.Generator, depth: int, mutations: Mapping[Substitution, float]
) -> list[AlignedRead]:
    """Single reads over each whole exon, with errors and mutations of known VAF."""
    locus = flt3_locus()
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    reads = []
    for number in EXONS:
        exon = locus.exon(number)
        start = exon.start - _FLANK
        text = locus.sequence[start : exon.end + _FLANK]
        bases = np.tile(np.frombuffer(text.encode(), dtype=np.uint8), (depth, 1))
        precision = 1 / _SPREAD_OF_SAMPLES**2
        own = rates[number] * rng.gamma(precision, 1 / precision, rates[number].shape)
        wrong = rng.binomial(depth, np.minimum(own, 0.5))
        for at, code in np.argwhere(wrong).tolist():
            if text[at + _FLANK] != "ACGT"[code]:
                rows = rng.choice(depth, wrong[at, code], replace=False)
                bases[rows, at + _FLANK] = letters[code]
        for (offset, base), vaf in mutations.items():
            if exon.start <= offset < exon.end:
                bases[rng.random(depth) < vaf, offset - start] = ord(base)
        qualities = bytes([37]) * len(text)
        reads += [
            AlignedRead(
                f"{number}.{i}",
                *(start, ((0, len(text)),), row.tobytes().decode(), qualities, False, True),
            )
            for i, row in enumerate(bases)
        ]
    return reads


@dataclass(frozen=True)
class BackgroundScore:
    """What became of wild-type samples and of those with one mutation, with so many controls."""

    controls: int
    samples: int
    false_calls: int
    """Calls in the wild type, and calls of something else in the mutant samples."""
    found: int
    limit_of_noisy: float
    limit_of_others: float
    """Median limits of detection of codon 835, where a place is noisy, and of other hotspots."""

    def line(self) -> str:
        """One row of the table."""
        return (
            f"| {self.controls} | {self.false_calls} in {2 * self.samples} | "
            f"{self.found} of {self.samples} | {self.limit_of_others:.2%} | "
            f"{self.limit_of_noisy:.2%} |"
        )


HEADER = (
    "| controls | false calls in samples | found at 0.5% | limit, median | limit at D835 |\n"
    "|---|---|---|---|---|"
)


def score_backgrounds(samples: int, controls: Sequence[int], seed: int) -> list[BackgroundScore]:
    """Call the same samples with the backgrounds of the first so many controls."""
    rng = np.random.default_rng(seed)
    rates = place_rates(rng)
    parameters = TkdParameters()
    normals = [
        (f"N{i}", count_kinase_domain(draw_sample(rates, rng, DEPTH, {}), parameters))
        for i in range(max(controls))
    ]
    backgrounds = [_background(normals[:number], parameters) for number in controls]
    results: list[list[tuple[TkdResult, TkdResult, str]]] = [[] for _ in controls]
    for i in range(samples):
        sought = _SOUGHT[i % len(_SOUGHT)]
        wild = draw_sample(rates, rng, DEPTH, {})
        mutant = draw_sample(rates, rng, DEPTH, {substitution(sought): VAF})
        for background, found in zip(backgrounds, results, strict=True):
            calls = [call_tkd(reads, _place(), parameters, background) for reads in (wild, mutant)]
            found.append((calls[0], calls[1], f"{TRANSCRIPT}:c.{sought}"))
    return [_score(number, found) for number, found in zip(controls, results, strict=True)]


def _background(
    normals: Sequence[tuple[str, list[ExonCounts]]], parameters: TkdParameters
) -> Background | None:
    if not normals:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "background.tsv")
        write_background(table, build_background(normals, Assay.CAPTURE, parameters.significance))
        return read_background(table, Assay.CAPTURE)


def _place() -> ReportedAt:
    return ReportedAt("sample", "chr13", flt3_locus().first_position - 1, "GRCh38")


def _score(controls: int, results: Sequence[tuple[TkdResult, TkdResult, str]]) -> BackgroundScore:
    found = false = 0
    limits: dict[bool, list[float]] = {True: [], False: []}
    for wild, mutant, sought in results:
        names = [event.hgvs_c for event in mutant.events]
        found += sought in names
        false += len(wild.events) + len(names) - (sought in names)
        for codon in wild.codons:
            if codon.limit_of_detection is not None:
                limits[codon.residue == 835].append(codon.limit_of_detection)
    return BackgroundScore(
        controls,
        len(results),
        false,
        found,
        statistics.median(limits[True]),
        statistics.median(limits[False]),
    )


@dataclass(frozen=True)
class CountScore:
    """How the VAFs of one change compare with the truth, over several samples."""

    change: str
    samples: int
    found: int
    others: int
    """Calls of anything else."""
    ratio: float
    ratio_error: float
    in_interval: int

    def line(self) -> str:
        """One row of the table."""
        return (
            f"| {self.change} | {self.found} of {self.samples} | {self.others} | "
            f"{self.ratio:.3f} ± {self.ratio_error:.3f} | {self.in_interval} |"
        )


COUNT_HEADER = (
    "| change | found | other calls | measured / true VAF | in its interval |\n"
    "|---|---|---|---|---|"
)


class _Plan(NamedTuple):
    """A sample with one change."""

    read_length: int
    depth: int
    vaf: float
    seed: int


def score_counts(repeats: int, seed: int) -> Iterator[CountScore]:
    """Simulate, align and call each change over read lengths, depths and VAFs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = write_reference(folder)
        for change in CHANGES:
            found = others = inside = 0
            expected = seen = variance = 0.0
            cells = itertools.product(_READ_LENGTHS, _DEPTHS, _VAFS, range(repeats))
            plans = [
                _Plan(length, depth, vaf, 1000 * seed + number)
                for number, (length, depth, vaf, _) in enumerate(cells)
            ]
            for plan in plans:
                result, vaf = _called(change, plan, folder, reference), plan.vaf
                own = [event for event in result.events if _is_change(event.ref, event.alt, change)]
                others += len(result.events) - len(own)
                for event in own:
                    found += 1
                    inside += event.vaf_low <= vaf <= event.vaf_high
                    expected += event.informative_fragments * vaf
                    seen += event.mutant_fragments
                    variance += event.informative_fragments * vaf * (1 - vaf)
            ratio, error = seen / expected, math.sqrt(variance) / expected
            yield CountScore(change, len(plans), found, others, ratio, error, inside)


def _is_change(ref: str, alt: str, change: str) -> bool:
    _, lost, gained = CHANGES[change]
    if len(lost) == len(gained):
        return (ref, alt) == (lost, gained)
    return len(alt) - len(ref) == len(gained) - len(lost)


def _called(change: str, plan: _Plan, folder: Path, reference: Path) -> TkdResult:
    locus = flt3_locus()
    exon = locus.exon(20)
    begin, end = exon.start - 900, exon.end + 900
    offset, lost, gained = CHANGES[change]
    mutant = locus.sequence[begin:offset] + gained + locus.sequence[offset + len(lost) : end]
    alleles = [("wildtype", locus.sequence[begin:end], 1 - plan.vaf), ("mutant", mutant, plan.vaf)]
    mean = 200.0 if plan.read_length < 150 else 280.0
    library = Library(read_length=plan.read_length, fragment_mean=mean)
    fragments = plan.depth * library.bases_shown() / (2 * plan.read_length)
    simulation = simulate_haplotypes(alleles, fragments, library, plan.seed)
    fastq = folder / "1.fastq.gz", folder / "2.fastq.gz"
    write_simulation(simulation, *fastq, None)
    bam = folder / "sample.bam"
    align(reference, fastq, bam, "sample")
    return call_tkd(kinase_domain_reads(bam, Assay.CAPTURE, None), _place())


def main() -> None:
    """The command that `make bench-kinase` runs."""
    parser = argparse.ArgumentParser(
        prog="make bench-kinase",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--samples", type=int, default=100, help="of each kind [%(default)s]")
    parser.add_argument("--repeats", type=int, default=4, help="of each count [%(default)s]")
    parser.add_argument("--seed", type=int, default=1, help="[%(default)s]")
    args = parser.parse_args()
    print(f"{machine()}, seed {args.seed}")
    if "background" in args.parts:
        print(f"\n{HEADER}")
        for score in score_backgrounds(args.samples, CONTROLS, args.seed):
            print(score.line())
    if "counts" in args.parts:
        print(f"\n{COUNT_HEADER}")
        for counted in score_counts(args.repeats, args.seed):
            print(counted.line(), flush=True)


if __name__ == "__main__":
    run(main)

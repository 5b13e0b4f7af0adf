r"""Swapped tubes and contamination, simulated: `make bench-identity`.

    python -m scripts.benchmark.identity --snps panels/myeloid54/identity_snps.tsv \
        --out identity.tsv

People are drawn from the frequencies of the SNPs (Hardy-Weinberg, unrelated); fragments at a SNP
vary from place to place (log-normal, 40 %) and favour an allele by chance (3 % of the share);
errors are 0.1 %. Each run has twelve patients with two samples. A swap exchanges the later samples
of two patients; a contamination puts 5 % of another patient's DNA into one sample. False alarms are
runs and samples without either; in one kind, each sample has lost an allele of one chromosome in 30
to 90 % of its cells with a chance of 20 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flt3itd.common.assay import Assay
from flt3itd.common.tables import write_table
from flt3itd.records import Status
from scripts.command import run
from scripts.identity.compare import Tube, compare
from scripts.identity.genotypes import SnpCount
from scripts.identity.records import IdentityReport, Transplanted
from scripts.identity.snps import Snp, read_snps

CONTIGS = tuple(f"chr{name}" for name in (*range(1, 23), "X"))
_PATIENTS = 12
_DEPTH = 600
_SPREAD = 0.4
_BIAS = 0.03
_ERRORS = 0.001
_LOSS_CHANCE = 0.2

Person = Mapping[Snp, int]
"""The number of alternate alleles at each SNP."""


class Laboratory:
    """Draws people and their samples, the same for the same seed."""

    def __init__(self, snps: Sequence[Snp], seed: int) -> None:
        self._snps = snps
        self._random = np.random.default_rng(seed)

    def person(self) -> Person:
        """Someone of the population."""
        return {snp: int(self._random.binomial(2, snp.frequency)) for snp in self._snps}

    def sample(
        self,
        name: str,
        person: Person,
        other: Person | None = None,
        share: float = 0.0,
        *,
        losses: bool = False,
    ) -> tuple[SnpCount, ...]:
        """Fragments of a person, with a share of another one's DNA."""
        lost = {}
        if losses and self._random.random() < _LOSS_CHANCE:
            chrom = self._random.choice(sorted({snp.chrom for snp in self._snps}))
            lost[str(chrom)] = float(self._random.uniform(0.3, 0.9))
        return tuple(
            self._count(name, snp, self._alternate(snp, person, lost), other, share)
            for snp in self._snps
        )

    def _alternate(self, snp: Snp, person: Person, lost: Mapping[str, float]) -> float:
        """The share of the alternate allele; cells with a loss have the reference allele twice."""
        share = person[snp] / 2
        return share * (1 - lost.get(snp.chrom, 0.0)) if person[snp] == 1 else share

    def _count(
        self, name: str, snp: Snp, alternate: float, other: Person | None, share: float
    ) -> SnpCount:
        if other is not None:
            alternate = (1 - share) * alternate + share * other[snp] / 2
        fragments = int(self._random.poisson(_DEPTH * np.exp(self._random.normal(0, _SPREAD))))
        bias = self._random.normal(0, _BIAS) * 4 * alternate * (1 - alternate)
        alternate = min(max(alternate + bias, 0.0), 1.0)
        third = _ERRORS / 3
        shown = self._random.multinomial(
            fragments,
            [
                alternate * (1 - _ERRORS) + (1 - alternate) * third,
                (1 - alternate) * (1 - _ERRORS) + alternate * third,
                2 * third,
            ],
        )
        return SnpCount(
            name, snp.chrom, snp.pos, snp.ref, snp.alt, snp.frequency,
            int(shown[1]), int(shown[0]), int(shown[2]),
        )  # fmt: skip


@dataclass(frozen=True)
class Score:
    """How many of a kind were noticed; for runs without a fault, how many had a false alarm.

    `one_chromosome` were noticed, but may as well be a loss in nearly all cells.
    """

    kind: str
    of: int
    noticed: int
    one_chromosome: int


def _tubes(counts: Mapping[str, tuple[SnpCount, ...]]) -> list[Tube]:
    """Samples called patient_number, of capture."""
    return [
        Tube(
            name,
            name.partition("_")[0],
            Assay.CAPTURE,
            False,
            int(name.rpartition("_")[2]),
            Transplanted.NO,
            rows,
            (),
        )
        for name, rows in counts.items()
    ]


def run_of(
    laboratory: Laboratory, fault: str = "", share: float = 0.05, *, losses: bool = False
) -> IdentityReport:
    """A run of twelve patients: without a fault, with a `swap`, or with a `contamination`."""
    people = {f"P{number:02d}": laboratory.person() for number in range(_PATIENTS)}
    first, second = "P00", "P01"
    counts = {}
    for patient in people:
        for number in (1, 2):
            donor = None
            truth = patient
            if fault == "swap" and number == 2 and patient in (first, second):
                truth = second if patient == first else first
            if fault == "contamination" and number == 2 and patient == first:
                donor = people[second]
            name = f"{patient}_{number}"
            counts[name] = laboratory.sample(
                name, people[truth], donor, share if donor else 0.0, losses=losses
            )
    return compare(_tubes(counts))


def scores(snps: Sequence[Snp], runs: int, clean: int) -> list[Score]:
    """Swaps and contaminations in so many runs, and false alarms in `clean` samples."""
    made = []
    swaps = [run_of(Laboratory(snps, 1000 + i), "swap") for i in range(runs)]
    told = [sum("_2" in one.alarm and bool(one.alarm) for one in report.pairs) for report in swaps]
    made.append(Score("a swapped pair of tubes", runs, sum(count > 0 for count in told), 0))
    for share in (0.05, 0.02, 0.01):
        found = [
            next(
                one.contamination
                for one in run_of(Laboratory(snps, 2000 + i), "contamination", share).samples
                if one.sample == "P00_2"
            )
            for i in range(runs)
        ]
        made.append(
            Score(
                f"{share:.0%} of another patient's DNA",
                runs,
                sum(bool(one.alarm) for one in found),
                sum(bool(one.alarm) and one.status is not Status.DETECTED for one in found),
            )
        )
    needed = -(-clean // (2 * _PATIENTS))
    for kind, losses in (("none", False), ("none, but lost alleles", True)):
        reports = [run_of(Laboratory(snps, 3000 + i), losses=losses) for i in range(needed)]
        samples = [one for report in reports for one in report.samples][:clean]
        alarms = sum(bool(one.contamination.alarm) for one in samples)
        alarms += sum(bool(one.alarm) for report in reports for one in report.pairs)
        made.append(Score(f"samples with a false alarm, fault: {kind}", len(samples), alarms, 0))
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Simulate, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("snps", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--clean", type=int, default=200)
    options = parser.parse_args(arguments)
    found = scores(read_snps(options.snps, "GRCh38", CONTIGS), options.runs, options.clean)
    write_table(options.out, Score, found)
    for one in found:
        print(f"{one.kind}: {one.noticed} of {one.of} ({one.one_chromosome} on one chromosome)")


if __name__ == "__main__":
    run(main)

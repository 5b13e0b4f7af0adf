r"""Variants of one sample of a patient, looked for in the reads of the others.

    python -m scripts.patient.genotypes --samples A B --assays capture capture \
        --panels A/panel.tsv B/panel.tsv --flt3 A/flt3.json B/flt3.json --bams A.bam B.bam \
        --reads A/target_reads.json B/target_reads.json --fasta GENOME.fa --minimum-depth 100 \
        --minimum-alternate-fragments 5 --minimum-mapping-quality 20 --minimum-base-quality 20 \
        --out genotypes.tsv

The caller's thresholds are those of discovery. A variant that passes in another sample needs
less: it is there when its fragments are more than errors make of the wild type. What errors
make is counted at decoys: the same change at places near by, where no cell has it.
Amplicons that may have lost an allele are left out as they are in the panel of the sample.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.common.counted import CountedUnit
from flt3itd.common.filters import PASS
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import (
    RATE_FLOOR,
    may_be_errors,
    overdispersed_tail,
    poisson_upper,
    shape_of,
)
from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment_file import opened
from flt3itd.records import FltEvent, FltResult, Status, allele_key
from scripts.carry_over.alleles import AlleleKind, SeenAllele
from scripts.carry_over.donors import donor_of
from scripts.carry_over.mark import NO_RUN
from scripts.carry_over.words import doubted
from scripts.command import run
from scripts.genome.reference_sequence import sequence_reader
from scripts.panel.alleles import Allele, AlleleCounts, count_alleles
from scripts.panel.amplicon_shares import (
    SampleAmplicons,
    amplicons_of_sample,
    changes_of_itds,
    changes_of_rows,
)
from scripts.panel.measured import Measured, of_fragments
from scripts.panel.read_fitness import TargetReads
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant
from scripts.patient.model import PanelGenotype
from scripts.records.files import again, read_flt3, read_record

FEWEST_FRAGMENTS = 3
"""One or two fragments may be a neighbour's on the flow cell (index hopping)."""
ERROR_CHANCE = 0.01
"""A variant counts as present when errors would show as many fragments less often."""
LONGEST = 19
"""Bases; longer events are not counted by the bases of single reads."""
REPEAT_BASES, REPEAT_COPIES = 6, 3
"""A run of as many bases and copies is one in which polymerases slip."""

_NEAREST, _FARTHEST, _MOST_DECOYS = 20, 120, 60


@dataclass(frozen=True)
class Background:
    """Errors that look like a variant: their rate by fragment, and its spread (`shape`)."""

    rate: float
    shape: float


def can_be_counted(allele: Allele, fetch: Fetch) -> bool:
    """Whether single reads tell a variant from the wild type and from slippage."""
    if max(len(allele.ref), len(allele.alt)) > LONGEST:
        return False
    change = normalise_on_plus(fetch, allele.start, allele.ref, allele.alt)
    deleted = fetch(change.start, change.end)
    run = change.start - change.leftmost + len(deleted)
    copies = run / _period(deleted or change.alternate)
    return run < REPEAT_BASES or copies < REPEAT_COPIES


def _period(sequence: str) -> int:
    """The length of the shortest unit of which a sequence is whole copies."""
    length = len(sequence)
    return next(
        unit
        for unit in range(1, length + 1)
        if length % unit == 0 and sequence[:unit] * (length // unit) == sequence
    )


def decoys(allele: Allele, fetch: Fetch) -> list[Allele]:
    """The same change at places near by: those with the same base, for a substitution."""
    made = []
    for distance in range(_NEAREST, _FARTHEST + 1):
        for start in (allele.start - distance, allele.start + distance):
            decoy = _moved(allele, start, fetch)
            if decoy is not None and can_be_counted(decoy, fetch):
                made.append(decoy)
    return made[:_MOST_DECOYS]


def _moved(allele: Allele, start: int, fetch: Fetch) -> Allele | None:
    """An allele of the same kind at another place; None where there is none."""
    ref = fetch(start, start + len(allele.ref)) if start >= 0 else ""
    if len(ref) != len(allele.ref) or "N" in ref:
        return None
    if len(allele.alt) == len(allele.ref) == 1:
        return Allele(allele.contig, start, ref, allele.alt) if ref == allele.ref else None
    if len(allele.alt) == len(allele.ref):
        return Allele(allele.contig, start, ref, reverse_complement(ref)[::-1])
    if allele.ref[0] == allele.alt[0]:
        return Allele(allele.contig, start, ref, ref[0] + allele.alt[1:])
    return Allele(allele.contig, start, ref, allele.alt) if ref != allele.alt else None


def background(counts: Iterable[AlleleCounts], floor: float = RATE_FLOOR) -> Background:
    """What errors make of the wild type at the decoys, at a rate of `floor` or more."""
    seen = [
        (one.mutant, one.informative)
        for one in counts
        if may_be_errors(one.mutant, one.informative)
    ]
    fragments = sum(n for _, n in seen)
    rate = max((sum(k for k, _ in seen) + 0.5) / max(1, fragments), floor)
    excess = sum((k - n * rate) ** 2 - n * rate for k, n in seen)
    squares = sum((n * rate) ** 2 for _, n in seen)
    return Background(rate, shape_of(excess, squares))


def genotype(
    sample: str,
    allele: Allele,
    measured: Measured,
    errors: Background,
    minimum_depth: int,
    sampling: Sampling,
) -> PanelGenotype:
    """What the fragments of a sample say of a variant that it is not the finder of."""
    mutant, informative = measured.mutant, measured.depth
    sampling = sampling.over(informative)
    p_value = overdispersed_tail(mutant, informative * errors.rate, errors.shape)
    if len(allele.ref) == len(allele.alt) == 1:
        p_value = max(p_value, sampling.copied_errors(mutant, informative))
    if mutant >= FEWEST_FRAGMENTS and p_value <= ERROR_CHANCE:
        status = Status.DETECTED
    elif sampling.at_most(informative) < minimum_depth:
        status = Status.NOT_ASSESSABLE
    else:
        status = Status.NOT_DETECTED
    copies = sampling.copies(informative)
    upper = min(1.0, poisson_upper(mutant, copies) / informative) if informative else 1.0
    return PanelGenotype(
        sample=sample,
        chrom=allele.contig,
        pos=allele.start + 1,
        ref=allele.ref,
        alt=allele.alt,
        status=status,
        vaf=measured.vaf,
        vaf_low=measured.interval.low,
        vaf_high=measured.interval.high,
        vaf_upper=sampling.behind(upper),
        mutant_fragments=mutant,
        informative_fragments=informative,
        error_rate=errors.rate,
        p_value=p_value,
        counted_unit=sampling.unit,
    )


def passing_alleles(panel: Iterable[PanelVariant], tkd: Iterable[FltEvent]) -> set[Allele]:
    """The small variants of a sample that pass, those of the kinase domain of FLT3 among them."""
    return {
        *(Allele(v.chrom, v.pos - 1, v.ref, v.alt) for v in panel if v.filter == PASS),
        *(Allele(e.chrom, e.pos - 1, e.ref, e.alt) for e in tkd if e.status is Status.DETECTED),
    }


def wanted(
    passing: Mapping[str, set[Allele]], earlier: Iterable[Allele] = ()
) -> dict[str, list[Allele]]:
    """By sample: what passes in another sample of the patient and does not pass in this one.

    `earlier` passes in samples of earlier runs.
    """
    everything: set[Allele] = set().union(*passing.values(), earlier)
    return {sample: sorted(everything - own) for sample, own in passing.items()}


def genotype_sample(
    sample: str,
    bam: pysam.AlignmentFile,
    alleles: Iterable[Allele],
    sequence_of: Callable[[str], Fetch],
    amplicons: SampleAmplicons,
    rules: ReadRules,
) -> list[PanelGenotype]:
    """Count the variants of other samples in the reads of one, each with its decoys."""
    rows = []
    sampling = amplicons.sampling
    for allele in alleles:
        fetch = sequence_of(allele.contig)
        if not can_be_counted(allele, fetch):
            continue
        others = decoys(allele, fetch)
        counts = count_alleles(bam, {allele, *others}, fetch, rules)
        errors = background((counts[other] for other in others), sampling.error_floor)
        own = counts[allele]
        measured, remark = amplicons.numbers(
            allele, own, of_fragments(own.mutant, own.wildtype, own.informative, sampling)
        )
        row = genotype(sample, allele, measured, errors, amplicons.minimum_depth, sampling)
        rows.append(replace(row, remark=remark))
    return rows


def with_donors(
    rows: Iterable[PanelGenotype],
    patient: str,
    runs: Mapping[str, str],
    seen: Sequence[SeenAllele],
    share: float,
) -> list[PanelGenotype]:
    """The rows with a remark where molecules may have come from another patient's sample.

    `runs` are those of the samples, `seen` what all samples of these runs show. The variant is the
    patient's own, so that it keeps its state.
    """
    recurrent = {one.key for one in seen if one.recurrent}
    judged = []
    for row in rows:
        allele = allele_key(row)
        here = SeenAllele(
            runs.get(row.sample, ""), row.sample, patient, AlleleKind.PANEL, *allele,
            row.mutant_fragments, row.informative_fragments, row.vaf,
            passes=row.status is Status.DETECTED,
            recurrent=(AlleleKind.PANEL, allele) in recurrent,
        )  # fmt: skip
        donor = donor_of(here, seen, share) if here.run and here.passes else None
        words = doubted(donor, here.mutant, here.informative) if donor else ""
        judged.append(replace(row, remark="; ".join(filter(None, [row.remark, words]))))
    return judged


def least_family_of(flt3: FltResult, minimum: int) -> int:
    """How many reads a molecule of a sample needs; 1 where molecules were not told apart."""
    return minimum if flt3.counted_unit is CountedUnit.MOLECULES else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", nargs="+", required=True)
    parser.add_argument("--assays", type=Assay, nargs="+", choices=list(Assay), required=True)
    for name in ("panels", "flt3", "bams", "reads"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True)
    for name in ("earlier-panels", "earlier-flt3"):
        parser.add_argument(f"--{name}", type=Path, nargs="*", default=[], help="of earlier runs")
    for name in ("fasta", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("depth", "alternate-fragments", "mapping-quality", "base-quality"):
        parser.add_argument(f"--minimum-{name}", type=int, required=True)
    parser.add_argument(
        "--minimum-family", type=int, default=1, help="reads that a molecule with a UMI needs"
    )
    parser.add_argument("--patient", default="")
    parser.add_argument("--runs-of", nargs="*", default=[], help="the run of each sample, or -")
    parser.add_argument("--tables", type=Path, nargs="*", default=[], help="of these runs")
    parser.add_argument("--share", type=float, default=0.0, help="taken for carry-over at most")
    return parser


@dataclass(frozen=True)
class _Sample:
    """A sample of the patient: what was called in it, and the files with its reads."""

    name: str
    assay: Assay
    bam: Path
    reads: Path
    panel: Sequence[PanelVariant]
    flt3: FltResult

    @property
    def passing(self) -> set[Allele]:
        """Its small variants that pass."""
        return passing_alleles(self.panel, self.flt3.tkd.events)


def _samples(options: argparse.Namespace) -> list[_Sample]:
    return [
        _Sample(name, assay, bam, reads, read_table(panel, PanelVariant), read_flt3(flt3))
        for name, assay, bam, reads, panel, flt3 in zip(
            options.samples,
            options.assays,
            options.bams,
            options.reads,
            options.panels,
            options.flt3,
            strict=True,
        )
    ]


def _passing_earlier(options: argparse.Namespace) -> set[Allele]:
    """What passes in samples of earlier runs."""
    files = zip(options.earlier_panels, options.earlier_flt3, strict=True)
    found: set[Allele] = set()
    for panel, flt3 in files:
        found |= passing_alleles(read_table(panel, PanelVariant), read_flt3(flt3).tkd.events)
    return found


def _genotyped(
    sample: _Sample, alleles: Iterable[Allele], options: argparse.Namespace
) -> list[PanelGenotype]:
    """What the reads of a sample show of alleles that it was not found to have."""
    amplicons = amplicons_of_sample(
        read_record(sample.reads, TargetReads, again("measure_sample")).products,
        [*changes_of_rows(sample.panel), *changes_of_itds(sample.flt3.itd.events)],
        sample.flt3.sampling,
        options.minimum_depth,
        options.minimum_alternate_fragments,
    )
    rules = ReadRules(
        sample.assay,
        options.minimum_mapping_quality,
        options.minimum_base_quality,
        least_family_of(sample.flt3, options.minimum_family),
    )
    sequence_of = sequence_reader(options.fasta)
    with opened(sample.bam, None) as bam:
        return genotype_sample(sample.name, bam, alleles, sequence_of, amplicons, rules)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the table of a patient."""
    options = _parser().parse_args(arguments)
    samples = _samples(options)
    alleles = wanted({one.name: one.passing for one in samples}, _passing_earlier(options))
    rows = [
        row
        for one in samples
        if alleles[one.name]
        for row in _genotyped(one, alleles[one.name], options)
    ]
    runs = {
        sample: run_of
        for sample, run_of in zip(options.samples, options.runs_of, strict=False)
        if run_of != NO_RUN
    }
    seen = [row for table in options.tables for row in read_table(table, SeenAllele)]
    rows = with_donors(rows, options.patient, runs, seen, options.share)
    build = samples[0].flt3.provenance.build
    write_table(options.out, PanelGenotype, rows, build)
    logging.info("%d variants of other samples of the patient looked for", len(rows))


if __name__ == "__main__":
    run(main)

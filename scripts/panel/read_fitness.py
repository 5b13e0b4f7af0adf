"""What the reads over the targets can carry: verdicts for the sample, and for genes alone.

Where most genes are affected, the sample is. Where few are, as one that the genome holds twice or
one whose reads were realigned by themselves, these genes have no answer and the others keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import UNFIT_READS, judge_reads
from flt3itd.fitness.several import beside_others, together
from flt3itd.fitness_records import (
    Fit,
    GeneFitness,
    Question,
    ReadFitness,
    ReadMeasures,
    Verdict,
    unfit_over,
)
from flt3itd.records import FltResult
from scripts.panel.products import Product

LEAST_READS = 20
"""Over a gene; shares of fewer say nothing, and depth does not suffice for an answer."""
_OF_TARGETS = (Question.PANEL, Question.LONG_EVENTS)
_FIGURE = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True)
class TargetReads:
    """What was measured of the reads over the targets, by gene; empty where none is looked at.

    `products` are those of amplicons; none where fragments do not end alike.
    """

    genes: dict[str, ReadMeasures]
    products: tuple[Product, ...] = ()


@dataclass(frozen=True)
class TargetFitness:
    """Verdicts on the reads over the targets, for the sample, and for genes that are unfit alone.

    `measured` are the reads over all targets; None, and no verdict, where there are none.
    """

    measured: ReadMeasures | None = None
    verdicts: tuple[Verdict, ...] = ()
    genes: tuple[GeneFitness, ...] = ()

    def verdict(self, question: Question, gene: str) -> Verdict:
        """The verdict on the reads over a gene: that of the sample, where this is unfit."""
        unfit = unfit_over(gene, question, self.verdicts, self.genes)
        return unfit or Verdict(question, Fit.FIT)

    def beside_flt3(self, flt3: FltResult) -> FltResult:
        """The result on FLT3 with these verdicts on what the panel is asked."""
        if self.measured is None:
            return flt3
        verdicts = {one.question: one for one in (*flt3.reads.verdicts, *self.verdicts)}
        reads = ReadFitness(
            flt3.reads.measured, tuple(verdicts.values()), self.measured, self.genes
        )
        return replace(flt3, reads=reads)


def judge_targets(found: TargetReads, assay: Assay, of_flt3: ReadMeasures) -> TargetFitness:
    """The verdicts on the reads over the targets of a sample of an assay.

    `of_flt3` are the reads over FLT3, where RNA shows by the exons that they join: what is RNA
    there is RNA everywhere, and its introns look like deletions; so is what is of another species.
    """
    enough = {
        gene: replace(one, spliced=of_flt3.spliced, other_sequence=of_flt3.other_sequence)
        for gene, one in found.genes.items()
        if one.reads >= LEAST_READS
    }
    if not enough:
        return TargetFitness()
    whole = together(list(enough.values()))
    over_all = judge_reads(whole, assay)
    genes = {
        gene: judge_reads(
            beside_others(one, [other for name, other in enough.items() if name != gene]), assay
        )
        for gene, one in enough.items()
    }
    verdicts = {one: _of_sample(one, over_all, genes, assay) for one in _OF_TARGETS}
    verdicts[Question.KMT2A] = _of_kmt2a(verdicts[Question.LONG_EVENTS], genes)
    alone = [question for question in _OF_TARGETS if verdicts[question].fit is not Fit.UNFIT]
    return TargetFitness(whole, tuple(verdicts.values()), tuple(_unfit_genes(genes, alone)))


def _of_kmt2a(long_events: Verdict, genes: Mapping[str, ReadFitness]) -> Verdict:
    """The verdict of its own reads, unless those of most genes are unfit for long events."""
    question = Question.KMT2A
    if long_events.fit is Fit.UNFIT:
        return replace(long_events, question=question)
    own = genes.get(question.value)
    return Verdict(question, Fit.FIT) if own is None else own.verdict(question)


def _of_sample(
    question: Question, over_all: ReadFitness, genes: Mapping[str, ReadFitness], assay: Assay
) -> Verdict:
    """The verdict on a question for all targets; where few genes are unfit, a remark names them."""
    whole = over_all.verdict(question)
    own = {gene: fitness.verdict(question) for gene, fitness in genes.items()}
    unfit = {gene: one for gene, one in own.items() if one.fit is Fit.UNFIT}
    if not unfit:
        return whole
    if 2 * len(unfit) > len(genes):
        misleads = any(one.misleads for one in unfit.values())
        reasons = whole.reasons or next(iter(unfit.values())).reasons
        return Verdict(question, Fit.UNFIT, reasons, whole.remarks, misleads)
    remarks = (*_of_genes(unfit, genes, assay), *whole.remarks)
    return Verdict(question, Fit.REMARK, (), remarks)


def _of_genes(
    unfit: Mapping[str, Verdict], genes: Mapping[str, ReadFitness], assay: Assay
) -> Iterator[str]:
    """For each kind of reason, a sentence that names its genes, with the figures of all of them."""
    by_kind: dict[str, list[str]] = {}
    for gene, verdict in unfit.items():
        by_kind.setdefault(_FIGURE.sub("", "; ".join(verdict.reasons)), []).append(gene)
    for named in by_kind.values():
        first = unfit[named[0]]
        measured = together([genes[gene].measured for gene in named])
        reasons = judge_reads(measured, assay).verdict(first.question).reasons
        yield f"{', '.join(named)}{UNFIT_READS}{'; '.join(reasons or first.reasons)}"


def _unfit_genes(
    genes: Mapping[str, ReadFitness], questions: Sequence[Question]
) -> Iterator[GeneFitness]:
    """The genes that are unfit for some of the questions."""
    for gene, fitness in genes.items():
        verdicts = tuple(one for one in map(fitness.verdict, questions) if one.fit is Fit.UNFIT)
        if verdicts:
            yield GeneFitness(gene, verdicts)

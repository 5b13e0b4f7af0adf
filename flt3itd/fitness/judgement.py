"""What the measured reads can carry: a verdict for each question.

A finding either hides changes (what was there is gone from the reads, so a negative means nothing),
or misleads (the reads show changes that no molecule has, so a positive means nothing either), or is
a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from flt3itd.fitness.thresholds import Thresholds
from flt3itd.records import Fit, Question, ReadFitness, ReadMeasures, Verdict

ALL = tuple(Question)
INSERTED = (Question.ITD, Question.LONG_EVENTS, Question.KMT2A)
"""What is told by reads that pass a junction: by clipped bases, above all."""
BASES = (Question.TKD, Question.PANEL)
"""What is told by single bases and short gaps."""
UNFIT_READS = ": reads unfit: "
"""Stands between those that have no answer (questions, genes) and the reason."""


@dataclass(frozen=True)
class _Finding:
    """Something that was found of the reads, the questions that it touches, and what it does."""

    questions: tuple[Question, ...]
    effect: Effect
    text: str


class Effect(Enum):
    """What a finding does to an answer."""

    REMARK = "remark"
    HIDES = "hides"
    MISLEADS = "misleads"


_Rule = Callable[[ReadMeasures, Thresholds], Iterable[_Finding]]


_NEVER = 1 << 60

OF_MOLECULES = Thresholds(
    unclipped_reads=_NEVER, unclipped_placed_reads=_NEVER, copies=float(_NEVER)
)
"""Those of consensus reads: without errors there may be nothing to clip, and molecules that UMIs
tell apart are no copies though they share both ends."""


def judge_reads(
    measured: ReadMeasures,
    assay: str,
    kinase: ReadMeasures | None = None,
    thresholds: Thresholds | None = None,
) -> ReadFitness:
    """The verdict of the reads for each question; `assay` is that of the sample.

    `kinase` are the measures of the reads over the kinase domain, where others are asked.
    """
    limits = thresholds or Thresholds()
    found = _findings(measured, assay, limits)
    over_kinase = found if kinase is None else [*found, *_findings(kinase, assay, limits)]
    return ReadFitness(
        measured,
        tuple(
            _verdict(question, over_kinase if question is Question.TKD else found)
            for question in ALL
        ),
    )


def sentences(fitness: ReadFitness, questions: Iterable[Question]) -> tuple[str, ...]:
    """The reasons and remarks of the verdicts on some questions, as warnings."""
    asked = [fitness.verdict(question) for question in questions]
    reasons = _by_text(asked, lambda verdict: verdict.reasons)
    genes = _by_text(
        asked, lambda verdict: [text for text in verdict.remarks if UNFIT_READS in text]
    )
    said = {*reasons, *genes}
    return (
        *(f"{about}{UNFIT_READS}{text}" for text, about in reasons.items()),
        *(f"{about} of {text}" for text, about in genes.items()),
        *dict.fromkeys(text for one in asked for text in one.remarks if text not in said),
    )


def _by_text(
    verdicts: Iterable[Verdict], texts_of: Callable[[Verdict], Iterable[str]]
) -> dict[str, str]:
    """Each text of some verdicts, with the questions that it is told of."""
    said: dict[str, list[str]] = {}
    for verdict in verdicts:
        for text in texts_of(verdict):
            said.setdefault(text, []).append(verdict.question.value.replace("_", " "))
    return {text: " and ".join(about) for text, about in said.items()}


def _findings(measured: ReadMeasures, assay: str, limits: Thresholds) -> list[_Finding]:
    rules = (*RULES, *RULES_OF_ASSAY.get(assay, ()))
    return [one for rule in rules for one in rule(measured, limits)]


def _verdict(question: Question, findings: Iterable[_Finding]) -> Verdict:
    own = [one for one in findings if question in one.questions]
    reasons = tuple(one.text for one in own if one.effect is not Effect.REMARK)
    remarks = tuple(one.text for one in own if one.effect is Effect.REMARK)
    fit = Fit.UNFIT if reasons else Fit.REMARK if remarks else Fit.FIT
    return Verdict(
        question, fit, reasons, remarks, any(one.effect is Effect.MISLEADS for one in own)
    )


def _bases_gone(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.hard_clipped >= t.hard_clipped:
        yield _Finding(
            INSERTED,
            Effect.HIDES,
            f"{m.hard_clipped} reads are hard clipped: what their cut bases showed is gone; "
            "align with soft clips (bwa mem -Y)",
        )
    if m.without_bases >= t.without_bases:
        yield _Finding(
            ALL,
            Effect.HIDES,
            f"{m.without_bases} of {m.reads} reads have no bases (SEQ is *); "
            "give the BAM as the aligner wrote it, or the FASTQ",
        )


def _clips_gone(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    """Reads that were clipped have been taken away, or their clipped bases have."""
    gone = remark = ""
    none_clipped = m.soft_clipped == 0 and not m.hard_clipped
    if m.steps_without_clips:
        gone = f"the header says that {' and '.join(m.steps_without_clips)}"
    elif m.cut_off >= t.cut_off:
        gone = f"{m.cut_off} reads end at one place where others go on: their bases were cut off"
    elif m.clips_unknown >= t.clips_unknown:
        gone = f"{m.clips_unknown:.0%} of the clips hold unknown bases (N) only: they were masked"
    elif none_clipped and m.left_out_clipped >= t.left_out_clipped:
        gone = (
            f"no read is clipped but {m.left_out_clipped} that are marked as duplicates, failed, "
            "secondary or supplementary"
        )
    elif none_clipped and m.mates_missing >= t.mates_missing:
        gone = f"no read is clipped, and {m.mates_missing} mates are missing"
    elif none_clipped:
        gone, remark = _no_clip(m, t)
    elif m.mates_missing >= max(t.mates_missing, t.mates_missing_share * m.fragments):
        gone = f"{m.mates_missing} mates are missing: reads were filtered"
    if gone:
        yield _Finding(
            INSERTED,
            Effect.HIDES,
            f"{gone}; give reads whose clips were neither removed nor filtered",
        )
    for text in filter(None, (remark, *m.lossy_steps)):
        yield _Finding(INSERTED, Effect.REMARK, text)


def _no_clip(m: ReadMeasures, t: Thresholds) -> tuple[str, str]:
    """What it means that no read is clipped: why clipped ones are gone, else what to mind."""
    share = min(m.clipped_elsewhere, t.clipped_elsewhere)
    if share > 0:
        if m.reads * share < t.clips_expected:
            return "", ""
        return (
            f"none of {m.reads} reads is clipped, of those over other places "
            f"{m.clipped_elsewhere:.1%} are"
        ), ""
    looked_at = m.reads + m.reads_elsewhere
    if looked_at >= (t.unclipped_placed_reads if m.placed_here else t.unclipped_reads):
        return f"none of {looked_at} reads is clipped, as in no library", ""
    if looked_at >= t.unclipped_remark and not m.placed_here:
        return "", (
            f"none of {looked_at} reads is clipped, which may be chance; if clipped reads were "
            "filtered away, so were those of an ITD, and the limit of detection does not hold"
        )
    return "", ""


def _lengths(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if not m.median_length:
        return
    if m.median_length > t.longest_read:
        yield _Finding(
            ALL,
            Effect.MISLEADS,
            f"the reads are long (median {m.median_length} bases): call them with --assay long",
        )
    elif m.median_length < t.shortest_read:
        yield _Finding(
            INSERTED,
            Effect.HIDES,
            f"the reads are too short (median {m.median_length} bases, {t.shortest_read} are "
            "needed) to hold both sides of a junction; sequence longer reads or trim less",
        )


def _errors(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.short_gaps >= t.short_gaps:
        yield _Finding(
            ALL,
            Effect.MISLEADS,
            f"the reads have {m.short_gaps:.2%} insertions and deletions per base (below "
            f"{t.short_gaps:.2%} is needed): sequence on an instrument without indel errors",
        )
    elif m.short_gaps >= t.short_gaps_remark:
        yield _Finding(
            ALL,
            Effect.REMARK,
            f"the reads have {m.short_gaps:.2%} insertions and deletions per base",
        )
    if m.unknown_bases >= t.unknown:
        yield _Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.unknown_bases:.0%} of the bases are unknown (N; below {t.unknown:.0%} is needed); "
            "give reads in which bases are not masked",
        )
    if m.mismatches >= t.mismatches:
        yield _Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.mismatches:.1%} of the bases are wrong (below {t.mismatches:.0%} is needed); "
            "trim bases of low quality, or sequence again",
        )
    elif m.mismatches >= t.mismatches_remark:
        yield _Finding(ALL, Effect.REMARK, f"{m.mismatches:.1%} of the bases are wrong")


def _qualities(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.without_qualities > 0:
        yield _Finding(
            BASES, Effect.REMARK, "reads without base qualities: 30 is taken for each base"
        )
    if m.lowest_quality is None or m.highest_quality is None:
        return
    if m.lowest_quality >= t.phred_64 and m.highest_quality > t.phred_64_highest:
        yield _Finding(
            BASES,
            Effect.MISLEADS,
            f"base qualities are {m.lowest_quality} to {m.highest_quality}: the file has an offset "
            "of 64; convert it to 33 (seqtk seq -Q64 -V)",
        )
    elif m.highest_quality < t.least_quality:
        yield _Finding(
            BASES,
            Effect.HIDES,
            f"no base has a quality of {t.least_quality} (the highest is {m.highest_quality}): "
            "the qualities were shifted or recalibrated wrongly; give the original ones",
        )


def _mapping(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.reads and m.mapping_quality_zero >= t.mapping_quality_zero:
        text = (
            f"{m.mapping_quality_zero:.0%} of the reads have a mapping quality of 0: the genome "
            "holds the gene twice, or the aligner gives none; mask the copy (GRCh38: use the "
            "analysis set without ALT contigs and with false duplications masked)"
        )
        yield _Finding((Question.PANEL, Question.LONG_EVENTS), Effect.HIDES, text)
        yield _Finding((Question.ITD, Question.TKD, Question.KMT2A), Effect.REMARK, text)


def _copies(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.copies >= t.copies and not m.duplicates:
        text = (
            f"{m.copies:.0%} of the fragments are copies (they share both ends) and none is marked "
            "as a duplicate"
        )
        flt3 = (Question.ITD, Question.TKD)
        yield _Finding(flt3, Effect.REMARK, f"{text}: each pair of ends was counted once")
        yield _Finding(
            tuple(one for one in ALL if one not in flt3),
            Effect.REMARK,
            f"{text}: an error in one molecule counts as often as it was copied; mark duplicates "
            "(samtools markdup)",
        )


def _odd_pairs(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.mates_alike >= t.mates_alike:
        yield _Finding(
            ALL,
            Effect.REMARK,
            "the second reads are the first ones again: give the two files of a pair",
        )
    if m.names_shared >= max(t.mates_missing, t.names_shared * m.fragments):
        yield _Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.names_shared} pairs of reads with one name are no mates of each other: fragments "
            "cannot be told apart; give each read once, and its own name",
        )
    if m.adapters >= t.adapters:
        yield _Finding(
            ALL,
            Effect.REMARK,
            f"{m.adapters:.0%} of the reads run into the adapter: fragments are shorter than reads",
        )
    if m.foreign_bases:
        yield _Finding(
            ALL,
            Effect.REMARK,
            f"up to {m.foreign_bases} bases in front of the reads are not of the sample (primer "
            "tail, spacer or molecular tag) and were cut off",
        )


def _splicing(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    text = f"{m.unspliced:.0%} of the reads over exon borders go on into the intron"
    if m.unspliced >= t.unspliced:
        yield _Finding(
            ALL,
            Effect.MISLEADS,
            f"{text}: these reads are of DNA; call them as capture or amplicon",
        )
    elif m.unspliced >= t.unspliced_remark:
        yield _Finding(ALL, Effect.REMARK, f"{text}: unspliced RNA, or DNA among the RNA")


def _merged(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.reads and m.paired <= t.unpaired and m.commonest_length < t.commonest_length:
        yield _Finding(
            INSERTED,
            Effect.HIDES,
            f"single reads of all lengths ({m.commonest_length:.0%} have the commonest one): mates "
            "that were merged lose a copy of a duplication where they overlap one copy further; "
            "give the pairs as they were sequenced",
        )


def _merged_amplicons(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    fixed = m.paired <= t.unpaired and m.commonest_length >= t.commonest_length
    if fixed and m.median_length <= t.longest_read and m.usual_length not in t.run_lengths:
        yield _Finding(
            INSERTED,
            Effect.HIDES,
            f"most single reads have {m.usual_length} bases, as no run has: mates were merged, or "
            "reads cut at the end of the product, so that products of long duplications may be "
            "lost; give the reads as they were sequenced",
        )


def _gaps_without_clips(m: ReadMeasures, t: Thresholds) -> Iterator[_Finding]:
    if m.long_gaps >= t.gaps_without_clips and m.soft_clipped == 0 and not m.hard_clipped:
        yield _Finding(
            INSERTED,
            Effect.HIDES,
            f"{m.long_gaps} reads have a long gap and none is clipped, as those with the gap near "
            "an end would be; give reads whose clips were neither removed nor filtered",
        )


RULES: tuple[_Rule, ...] = (_bases_gone, _qualities, _mapping, _odd_pairs)
"""What is asked of the reads of every assay."""

_SHORT_READS: tuple[_Rule, ...] = (_lengths, _clips_gone, _errors)

RULES_OF_ASSAY: dict[str, tuple[_Rule, ...]] = {
    "capture": (*_SHORT_READS, _gaps_without_clips, _merged, _copies),
    "amplicon": (*_SHORT_READS, _merged_amplicons),
    "rna": (*_SHORT_READS, _gaps_without_clips, _merged, _splicing),
}
"""What is asked in addition; the long reads of `long` have errors and lengths of their own."""

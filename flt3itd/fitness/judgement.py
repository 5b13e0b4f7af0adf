"""What the measured reads can carry: a verdict for each question.

A finding either hides changes (what was there is gone from the reads, so a negative means nothing),
or misleads (the reads show changes that no molecule has, so a positive means nothing either), or is
a remark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flt3itd.fitness.clips import (
    bases_gone,
    clips_gone,
    clips_of_amplicons_gone,
    crossing_reads_gone,
    cut_to_one_place,
    differing_reads_gone,
    fragments_gone,
    gaps_without_clips,
    junctions_gone,
    long_clips_gone,
    long_clips_of_amplicons_gone,
    short_clips_left,
)
from flt3itd.fitness.findings import (
    ALL,
    BASES,
    ELSEWHERE,
    FLT3,
    INSERTED,
    Effect,
    Finding,
    Rule,
    percent,
)
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Fit, Question, ReadFitness, ReadMeasures, Verdict

UNFIT_READS = ": reads unfit: "
"""Stands between those that have no answer (questions, genes) and the reason."""

COPIES_COUNT = "an error in one molecule counts as often as it was copied"
"""In the remark on the panel, which counts copies that are not marked; FLT3 counts them once."""

_NEVER = 1 << 60

OF_MOLECULES = Thresholds(
    unclipped_reads=_NEVER,
    unclipped_placed_reads=_NEVER,
    unclipped_placed_remark=_NEVER,
    crossing_deficit=float(_NEVER),
    stopped_short=-1.0,
    no_long_clip=_NEVER,
    no_long_amplicon_clip=_NEVER,
    copies=float(_NEVER),
    different_missed=float(_NEVER),
    different_enough=0,
    no_gap=_NEVER,
    cut_off_share=0.01,
)
"""Those of consensus reads: without errors there may be nothing to clip, and molecules that UMIs
tell apart are no copies though they share both ends. A consensus is cut where the reads of a family
disagree from there on: at an ITD where molecules with and without it share a UMI, in 1 of 1,000
molecules where 30,000 share an amplicon and UMIs have 12 bases."""


AS_ALIGNED = Thresholds(
    unclipped_reads=Thresholds.unclipped_placed_reads,
    unclipped_remark=Thresholds.unclipped_placed_remark,
    no_long_clip=_NEVER,
    no_long_amplicon_clip=_NEVER,
    different_missed=float(_NEVER),
    no_gap=_NEVER,
)
"""Those of a BAM of which it is known that nothing was filtered, as that of a pipeline's own
alignment: that few reads are clipped is as in FASTQ, and says nothing of long clips."""


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


def _findings(measured: ReadMeasures, assay: str, limits: Thresholds) -> list[Finding]:
    rules = (*RULES, *RULES_OF_ASSAY.get(assay, ()))
    return [one for rule in rules for one in rule(measured, limits)]


def _verdict(question: Question, findings: Iterable[Finding]) -> Verdict:
    own = [one for one in findings if question in one.questions]
    reasons = tuple(one.text for one in own if one.effect is not Effect.REMARK)
    remarks = tuple(one.text for one in own if one.effect is Effect.REMARK)
    fit = Fit.UNFIT if reasons else Fit.REMARK if remarks else Fit.FIT
    return Verdict(
        question, fit, reasons, remarks, any(one.effect is Effect.MISLEADS for one in own)
    )


def _lengths(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if not m.median_length:
        return
    if m.median_length > t.longest_read:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"the reads are long (median {m.median_length} bases): call them with --assay long",
        )
    elif m.median_length < t.shortest_read:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"the reads are too short (median {m.median_length} bases, {t.shortest_read} are "
            "needed) to hold both sides of a junction; sequence longer reads or trim less",
        )


def _errors(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if m.short_gaps >= t.short_gaps:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"the reads have {m.short_gaps:.2%} insertions and deletions per base (below "
            f"{t.short_gaps:.2%} is needed): sequence on an instrument without indel errors",
        )
    elif m.short_gaps >= t.short_gaps_remark:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"the reads have {m.short_gaps:.2%} insertions and deletions per base",
        )
    if m.unknown_bases >= t.unknown:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.unknown_bases:.0%} of the bases are unknown (N; below {t.unknown:.0%} is needed); "
            "give reads in which bases are not masked",
        )
    if m.mismatches >= t.mismatches:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.mismatches:.1%} of the bases are wrong (below {t.mismatches:.0%} is needed); "
            "trim bases of low quality, or sequence again",
        )
    elif m.mismatches >= t.mismatches_remark:
        yield Finding(ALL, Effect.REMARK, f"{m.mismatches:.1%} of the bases are wrong")


def _other_sequence(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Of FLT3 those reads were left out; over other genes they are among the others."""
    if not m.other_sequence:
        return
    text = (
        f"{percent(m.other_sequence)} of the fragments are of another sequence that is like FLT3 "
        "(of another species, or a homologue)"
    )
    mend = "align to the genomes of both and give the reads of FLT3, or sequence again"
    if m.other_sequence >= t.other_sequence:
        yield Finding(FLT3, Effect.MISLEADS, f"{text}; {mend}")
    else:
        yield Finding(FLT3, Effect.REMARK, f"{text} and were left out")
    if m.other_sequence >= t.other_sequence_elsewhere:
        yield Finding(ELSEWHERE, Effect.MISLEADS, f"{text}; {mend}")
    else:
        yield Finding(ELSEWHERE, Effect.REMARK, text)


def _cycles(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Cycles of sequencing that were lost, or read twice."""
    mend = "call the run again without that cycle, or sequence again"
    if m.gaps_at_one_cycle >= t.gaps_at_one_cycle:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.gaps_at_one_cycle:.0%} of the reads have the same gap at the same cycle: a cycle "
            f"was lost or read twice; {mend}",
        )
    elif m.mates_contradicting >= t.mates_contradicting and m.short_gaps < t.short_gaps:
        # Of reads that have gaps anywhere, some stand at one cycle.
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"in {m.mates_contradicting:.0%} of the pairs one mate has a gap at one cycle where "
            f"the other has none: a cycle was lost or read twice; {mend}",
        )


def _wrong_cycle(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Cycles that were read wrongly; where reads begin anywhere they are a few errors a place."""
    if m.wrong_at_one_cycle >= t.wrong_at_one_cycle:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.wrong_at_one_cycle:.0%} of the reads of a mate have a wrong base at one cycle, "
            "which reads of an amplicon have at one place; mask that cycle (N), or sequence again",
        )


def _qualities(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if m.without_qualities > 0:
        yield Finding(
            BASES, Effect.REMARK, "reads without base qualities: 30 is taken for each base"
        )
    if m.lowest_quality is None or m.highest_quality is None:
        return
    if m.lowest_quality >= t.phred_64 and m.highest_quality > t.phred_64_highest:
        yield Finding(
            BASES,
            Effect.MISLEADS,
            f"base qualities are {m.lowest_quality} to {m.highest_quality}: the file has an offset "
            "of 64; convert it to 33 (seqtk seq -Q64 -V)",
        )
    elif m.highest_quality < t.least_quality:
        yield Finding(
            BASES,
            Effect.HIDES,
            f"no base has a quality of {t.least_quality} (the highest is {m.highest_quality}): "
            "the qualities were shifted or recalibrated wrongly; give the original ones",
        )


def _mapping(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if m.reads and m.mapping_quality_zero >= t.mapping_quality_zero:
        text = (
            f"{m.mapping_quality_zero:.0%} of the reads have a mapping quality of 0: the genome "
            "holds the gene twice, or the aligner gives none; mask the copy (GRCh38: use the "
            "analysis set without ALT contigs and with false duplications masked)"
        )
        yield Finding((Question.PANEL, Question.LONG_EVENTS), Effect.HIDES, text)
        yield Finding((Question.ITD, Question.TKD, Question.KMT2A), Effect.REMARK, text)


def _copies(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    repeated = m.repeated >= t.repeated
    if m.copies >= t.copies and (repeated or not m.duplicates):
        text = (
            _repeated_text(m)
            if repeated
            else f"{m.copies:.0%} of the fragments are copies (they share both ends) and none is "
            "marked as a duplicate"
        )
        yield Finding(FLT3, Effect.REMARK, f"{text}: each pair of ends was counted once")
        yield Finding(
            ELSEWHERE,
            Effect.MISLEADS if repeated else Effect.REMARK,
            f"{text}: {COPIES_COUNT}, and intervals and limits of detection are too small; "
            + ("give each read once" if repeated else "mark duplicates (samtools markdup)"),
        )
        return
    yield from _repeated(m, t)
    if m.copies >= t.copies and m.duplicates:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"{m.copies:.0%} of the fragments share both ends with others and are not marked as "
            "duplicates, though others are: unless these were told apart by UMIs, "
            f"{COPIES_COUNT}; mark duplicates in the whole file (samtools markdup)",
        )


def _repeated(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads that are in the file more than once, where their ends do not tell which."""
    if m.repeated >= t.repeated:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{_repeated_text(m)}, so that an error in one counts as several: give each read once",
        )


def _repeated_text(m: ReadMeasures) -> str:
    return (
        f"{m.repeated:.0%} of the reads are others once more, with the same bases and qualities "
        "under another name"
    )


def _odd_pairs(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if m.mates_alike >= t.mates_alike:
        yield Finding(
            ALL,
            Effect.REMARK,
            "second reads are the first ones again and were left out, so that less is seen and "
            "VAFs may be wrong: give the two files of a pair",
        )
    one_strand = f"in {m.on_one_strand:.0%} of the pairs both reads lie on one strand"
    if m.on_one_strand >= t.on_one_strand:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{one_strand}, as mates never do: reads of different fragments are paired (files that "
            "were sampled or sorted apart), or one file was turned; give the two files as they "
            "were sequenced",
        )
    elif m.on_one_strand >= t.on_one_strand_remark:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"{one_strand}, as mates never do: chimeras, or reads of different fragments",
        )
    if m.names_shared >= max(t.mates_missing, t.names_shared * m.fragments):
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.names_shared} pairs of reads with one name are no mates of each other: fragments "
            "cannot be told apart; give each read once, and its own name",
        )
    if m.pieces >= t.pieces:
        yield Finding(
            INSERTED,
            Effect.MISLEADS,
            f"{m.pieces} reads are there twice, in two pieces of which none is marked as "
            "supplementary (flag 2048), so that ratios are wrong; give the BAM as the aligner "
            "wrote it",
        )
    if m.adapters >= t.adapters:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"{m.adapters:.0%} of the reads run into the adapter: fragments are shorter than reads",
        )
    if m.foreign_bases:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"up to {m.foreign_bases} bases in front of the reads are not of the sample (primer "
            "tail, spacer or molecular tag) and were cut off",
        )


def _splicing(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    text = f"{m.unspliced:.0%} of the reads over exon borders go on into the intron"
    if m.unspliced >= t.unspliced:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{text}: these reads are of DNA; call them as capture or amplicon",
        )
    elif m.unspliced >= t.unspliced_remark:
        yield Finding(ALL, Effect.REMARK, f"{text}: unspliced RNA, or DNA among the RNA")


def _spliced(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if m.spliced >= t.spliced:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.spliced:.0%} of the reads over exon borders go on in the next exon: these reads "
            "are of RNA; call them as rna",
        )


def _merged(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    if m.reads and m.paired <= t.unpaired and m.commonest_length < t.commonest_length:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"single reads of all lengths ({m.commonest_length:.0%} have the commonest one): mates "
            "that were merged lose a copy of a duplication where they overlap one copy further; "
            "give the pairs as they were sequenced",
        )


def _merged_amplicons(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    fixed = m.paired <= t.unpaired and m.commonest_length >= t.commonest_length
    if fixed and m.median_length <= t.longest_read and m.usual_length not in t.run_lengths:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"most single reads have {m.usual_length} bases, as no run has: mates were merged, or "
            "reads cut at the end of the product, so that products of long duplications may be "
            "lost; give the reads as they were sequenced",
        )


RULES: tuple[Rule, ...] = (bases_gone, _qualities, _mapping, _odd_pairs)
"""What is asked of the reads of every assay."""

_SHORT_READS: tuple[Rule, ...] = (_lengths, _other_sequence, _errors, _cycles)

_ANY_START: tuple[Rule, ...] = (*_SHORT_READS, clips_gone, gaps_without_clips, _merged)
"""What is asked of reads that begin anywhere."""

RULES_OF_ASSAY: dict[str, tuple[Rule, ...]] = {
    "capture": (
        *_ANY_START,
        crossing_reads_gone,
        short_clips_left,
        long_clips_gone,
        junctions_gone,
        fragments_gone,
        cut_to_one_place,
        _copies,
        _spliced,
    ),
    "amplicon": (
        *_SHORT_READS,
        clips_of_amplicons_gone,
        long_clips_of_amplicons_gone,
        differing_reads_gone,
        _merged_amplicons,
        _wrong_cycle,
        _spliced,
        _repeated,
    ),
    "rna": (*_ANY_START, _splicing, _repeated),
}
"""What is asked in addition; the long reads of `long` have errors and lengths of their own."""

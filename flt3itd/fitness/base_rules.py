"""Rules on the bases of reads: their number, errors and qualities, and of what they are."""

from __future__ import annotations

from collections.abc import Iterator

from flt3itd.fitness.findings import ALL, BASES, ELSEWHERE, FLT3, INSERTED, Effect, Finding, percent
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import ReadMeasures


def wrong_lengths(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads that are too long to be short reads, or too short to hold a junction."""
    if not m.median_length:
        return
    if m.median_length > t.longest_read:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"the reads are long (median {m.median_length} bases): call them with the assay long",
        )
    elif m.median_length < t.shortest_read:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            f"the reads are too short (median {m.median_length} bases, {t.shortest_read} are "
            "needed) to hold both sides of a junction; sequence longer reads or trim less",
        )


def _are_of_dna(m: ReadMeasures, t: Thresholds) -> bool:
    """Whether reads of DNA were given as RNA: introns in them look like wrong bases."""
    return m.unspliced >= t.unspliced


def gaps_of_errors(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Inserted and lost bases, as some instruments make them."""
    if m.short_gaps >= t.short_gaps:
        align = "" if m.placed_here else "align with the gap penalties of bwa mem, or "
        mend = "sequence on an instrument without indel errors"
        if m.paired <= t.unpaired:
            mend = (
                "call single reads of products that hold all of exon 14 with the assay long; "
                "tiles, captures and other genes need an instrument without indel errors"
            )
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"the reads have {m.short_gaps:.2%} insertions and deletions per base (below "
            f"{t.short_gaps:.2%} is needed): {align}{mend}",
        )
    elif m.short_gaps >= t.short_gaps_remark:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"the reads have {m.short_gaps:.2%} insertions and deletions per base",
        )


def wrong_bases(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Wrong and unknown bases."""
    if m.unknown_bases >= t.unknown:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.unknown_bases:.0%} of the bases are unknown (N; below {t.unknown:.0%} is needed); "
            "give reads in which bases are not masked",
        )
    if _are_of_dna(m, t):
        return
    if m.mismatches >= t.mismatches:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.mismatches:.1%} of the bases are wrong (below {t.mismatches:.0%} is needed); "
            "trim bases of low quality, or sequence again",
        )
    elif m.mismatches >= t.mismatches_remark:
        yield Finding(ALL, Effect.REMARK, f"{m.mismatches:.1%} of the bases are wrong")


def mates_joined(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Single reads that are two mates with unknown bases between."""
    if m.paired <= t.unpaired and m.padded >= t.padded:
        yield Finding(
            INSERTED,
            Effect.MISLEADS,
            f"{percent(m.padded)} of the single reads have a row of unknown bases (N) within: they "
            "are mates that were joined with padding, which no molecule has; give the pairs as "
            "they were sequenced",
        )


def other_sequences(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Of FLT3 those reads were left out; over other genes they are among the others."""
    if not m.other_sequence or _are_of_dna(m, t):
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


def cycles_lost(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Cycles of sequencing that were lost, or read twice."""
    mend = "call the run again without that cycle, or sequence again"
    least = max(t.gaps_at_one_cycle, t.gaps_at_one_cycle_of / max(1, m.reads))
    least_of_pairs = max(t.mates_contradicting, t.mates_contradicting_of / max(1, m.fragments))
    if m.gaps_at_one_cycle >= least:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.gaps_at_one_cycle:.0%} of the reads have the same gap at the same cycle: a cycle "
            f"was lost or read twice; {mend}",
        )
    elif m.mates_contradicting >= least_of_pairs and m.short_gaps < t.short_gaps:
        # Of reads that have gaps anywhere, some stand at one cycle.
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"in {m.mates_contradicting:.0%} of the pairs one mate has a gap at one cycle where "
            f"the other has none: a cycle was lost or read twice; {mend}",
        )


def cycle_read_wrongly(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Cycles that were read wrongly; where reads begin anywhere they are a few errors a place."""
    if m.wrong_at_one_cycle >= t.wrong_at_one_cycle:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.wrong_at_one_cycle:.0%} of the reads of a mate have a wrong base at one cycle, "
            "which reads of an amplicon have at one place; mask that cycle (N), or sequence again",
        )


def odd_qualities(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Base qualities that are missing, or in another encoding."""
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


_LONG = frozenset({"ONT", "PACBIO", "NANOPORE", "OXFORD_NANOPORE"})
_OF_FLOWS = frozenset({"IONTORRENT", "ION_TORRENT", "LS454", "454", "ULTIMA", "HELICOS"})
"""Platforms as headers name them (SAM specification, @RG PL, and what else is in use). Those of the
first have long reads; those of the second read a run of one base as one signal, or lose bases."""


def other_platform(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """The header names an instrument whose reads are none of the assay.

    A remark: whether the reads can carry an answer is told by their lengths and gaps.
    """
    for name in m.platforms:
        found = f"the header says that the reads are of {name}"
        if name in _LONG and m.paired > t.unpaired:
            text = (
                f"{found}, whose reads are long and single, and these are mates: correct the "
                "header (PL), or give the reads as they were sequenced"
            )
        elif name in _LONG:
            text = f"{found}, whose reads are long: call them with the assay long"
        elif name in _OF_FLOWS:
            text = (
                f"{found}, which inserts and loses bases, in runs of one base above all: small "
                "insertions and deletions may be its errors"
            )
        else:
            continue
        yield Finding(ALL, Effect.REMARK, text)

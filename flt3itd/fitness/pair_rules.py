"""Rules on fragments: copies, mates, merged reads, and where the molecules come from."""

from __future__ import annotations

from collections.abc import Iterator

from flt3itd.fitness.findings import ALL, ELSEWHERE, FLT3, INSERTED, Effect, Finding, percent
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures

COPIES_COUNT = "an error in one molecule counts as often as it was copied"
"""In the remark on the panel, which counts copies that are not marked; FLT3 counts them once."""


def without_mapping_quality(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Mapping qualities of 0: the genome holds the gene twice."""
    if m.reads and m.mapping_quality_zero >= t.mapping_quality_zero:
        text = (
            f"{m.mapping_quality_zero:.0%} of the reads have a mapping quality of 0: the genome "
            "holds the gene twice, or the aligner gives none; mask the copy (GRCh38: use the "
            "analysis set without ALT contigs and with false duplications masked)"
        )
        yield Finding((Question.PANEL, Question.LONG_EVENTS), Effect.HIDES, text)
        yield Finding((Question.ITD, Question.TKD, Question.KMT2A), Effect.REMARK, text)


def unmarked_copies(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Fragments that share both ends and are not marked as duplicates."""
    repeated = m.repeated >= t.repeated
    if m.copies >= t.copies and (repeated or not m.duplicates):
        text = (
            _same_reads(m)
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
    yield from given_again(m, t)
    if m.copies >= t.copies and m.duplicates:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"{m.copies:.0%} of the fragments share both ends with others and are not marked as "
            "duplicates, though others are: unless these were told apart by UMIs, "
            f"{COPIES_COUNT}; mark duplicates in the whole file (samtools markdup)",
        )


def copies_of_transcripts(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Fragments of RNA that share both ends, and begin and end anywhere."""
    if m.copies >= t.copies and m.repeated < t.repeated:
        text = f"{m.copies:.0%} of the fragments are copies (they share both ends)"
        yield Finding(FLT3, Effect.REMARK, f"{text}: each pair of ends was counted once")


def starts_removed(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads of one strand, or mate, never begin together: copies were removed by one end."""
    by_chance = m.starts_shared_by_chance
    if by_chance >= t.starts_shared_by_chance and m.starts_shared < t.starts_shared * by_chance:
        yield Finding(
            INSERTED,
            Effect.MISLEADS,
            f"{m.starts_shared} times two reads of one strand and mate begin together, "
            f"{by_chance:.0f} times they should by chance: copies were removed read by read "
            "(samtools rmdup -S), or by one end of fragments, and with them other fragments, of "
            "ITDs most, so that ratios are wrong; give all pairs, or remove copies by both ends "
            "(samtools markdup)",
        )


def ends_used_up(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Copies were removed by their ends where most fragments must share them."""
    if m.places_used_up >= t.places_used_up:
        yield Finding(
            ALL,
            Effect.REMARK,
            "hardly any fragment shares both ends, though by chance each should share them with "
            f"{m.places_used_up:.2g} others: with copies, fragments of other molecules were "
            "removed, of the wild type most, so that VAFs may be wrong (too high); remove copies "
            "by UMIs, or in a sample of the reads (samtools view -s)",
        )


def starts_capped(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """No start, or stretch, has more than a number of pairs, and many have just as many.

    Pairs of a file that holds each of them twice come in twos.
    """
    if m.repeated >= t.repeated:
        return
    if m.most_pairs_of_a_start:
        found = f"no start has more than {m.most_pairs_of_a_start} pairs"
    elif m.most_pairs_of_a_stretch:
        found = (
            f"in {m.bases_of_a_stretch} bases no more than {m.most_pairs_of_a_stretch} pairs start"
        )
    else:
        return
    yield Finding(
        INSERTED,
        Effect.HIDES,
        f"{found}, and in many places as many: the others were left out, of ITDs most, whose "
        "clipped reads all begin at one place, so that ratios are wrong; give all pairs, or a "
        "sample of them (samtools view -s)",
    )


def clips_of_a_mate_gone(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Long clips are of one mate, though both ends are read."""
    told = m.kind_missed >= t.kind_missed_remark
    if m.clips_of_one_mate >= t.clips_of_one_mate and not told:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            "the longest clips are all of one mate: if pairs were filtered by what the other one "
            "is like (clips, score, mapping quality), ratios are too low",
        )


def kept_within_exons(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads stop at the ends of the exons, though fragments reach over them."""
    if m.pairs_within >= t.pairs_within:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"reads stop at the ends of the exons, where {percent(m.pairs_within)} of the pairs "
            "end: if pairs were kept only where both reads lie over them (bedtools pairtobed -type "
            "both), VAFs may be wrong (of long ITDs too high); give all pairs",
        )


def amplicon_copies_removed(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Of an amplicon all fragments share their ends, and most their bases: they are no copies."""
    if m.copies_removed:
        yield Finding(
            ALL,
            Effect.HIDES,
            "the header says that duplicates were removed by their ends, which all fragments of an "
            "amplicon share: few are left, and ratios are wrong; give the reads with duplicates",
        )
    elif m.pairs_once >= t.pairs_once:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"of {m.pairs_once} pairs with one wrong base no two are alike, and hardly one has "
            "none: pairs of the same bases were removed (fastp --dedup, clumpify), as molecules of "
            "an amplicon have, so that VAFs are wrong (those of rare alleles too high); give the "
            "reads with duplicates",
        )


def mates_cut(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Mates lie end to end: what both had was cut off."""
    if m.abutting >= t.abutting and m.fragments >= t.abutting_of:
        yield Finding(
            INSERTED,
            Effect.MISLEADS,
            f"{percent(m.abutting)} of the pairs end where their mates begin: the bases that mates "
            "have in common were cut off (fgbio ClipBam), with junctions among them, so that "
            "ratios are too low; give the reads as they were sequenced",
        )


def mates_trimmed_by_overlap(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Within the copies of an ITD lie more short fragments than beside them."""
    if m.cut_within_copies >= t.cut_within_copies:
        yield Finding(
            INSERTED,
            Effect.HIDES,
            "within the copies of an ITD lie more fragments that are shorter than reads than "
            "elsewhere: adapters were sought by the overlap of mates (fastp, bbduk tbo), which "
            "cuts fragments of a duplication as if they were short, so that ratios are too low; "
            "give untrimmed reads, or trim by adapter sequences (cutadapt, fastp "
            "--overlap_len_require 100000)",
        )
    elif m.cut_within_copies >= t.cut_within_copies_remark:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            "within the copies of an ITD lie more short fragments than chance lets expect, as if "
            "adapters were sought by the overlap of mates (fastp, bbduk tbo): then ratios are too "
            "low; give untrimmed reads, or trim by adapter sequences",
        )


def given_again(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads that are in the file more than once, where their ends do not tell which."""
    if m.repeated >= t.repeated:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{_same_reads(m)}, so that an error in one counts as several: give each read once",
        )


def _same_reads(m: ReadMeasures) -> str:
    return (
        f"{m.repeated:.0%} of the reads are others once more, with the same bases and qualities "
        "under another name"
    )


def no_mates(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Second reads that are no mates of the first ones."""
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


def of_one_name(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads that share a name and are no mates, and pieces of one read."""
    if m.names_shared >= max(t.mates_missing, t.names_shared * m.fragments):
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.names_shared} pairs of reads with one name are no mates of each other: fragments "
            "cannot be told apart; give each read once, and its own name",
        )
    elif m.pieces >= t.pieces:
        found = (
            f"{m.pieces} single reads have the name of another one: both mates of pairs were "
            "aligned as single reads, or pieces of a read are not marked as supplementary (flag "
            "2048), so that ratios are wrong; align the files of a pair together, and give the BAM "
            "as the aligner wrote it"
            if m.paired <= t.unpaired
            else f"{m.pieces} reads are there twice, in two pieces of which none is marked as "
            "supplementary (flag 2048), so that ratios are wrong; give the BAM as the aligner "
            "wrote it"
        )
        yield Finding(INSERTED, Effect.MISLEADS, found)


def not_of_the_sample(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Ends of reads that are adapter, primer tail, spacer or tag."""
    if m.adapters >= t.adapters:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"{m.adapters:.0%} of the reads run into the adapter: fragments are shorter than reads",
        )
    if m.tails >= t.adapters:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"{m.tails:.0%} of the reads have a row of one base at an end that is not of the "
            "sample (a tail of the library, or G where an instrument of two colours sees nothing), "
            "which was cut off",
        )
    if m.foreign_bases:
        yield Finding(
            ALL,
            Effect.REMARK,
            f"up to {m.foreign_bases} bases in front of the reads are not of the sample (primer "
            "tail, spacer or molecular tag) and were cut off",
        )


def unspliced(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads of RNA that were not spliced, or are of DNA; long ones are of another assay anyway."""
    if m.median_length > t.longest_read:
        return
    text = f"{m.unspliced:.0%} of the reads over exon borders go on into the intron"
    if m.unspliced >= t.unspliced:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{text}: these reads are of DNA; call them as capture or amplicon",
        )
    elif m.unspliced >= t.unspliced_remark:
        yield Finding(ALL, Effect.REMARK, f"{text}: unspliced RNA, or DNA among the RNA")


def spliced(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads of RNA among those of DNA; long ones are of another assay anyway."""
    if m.spliced >= t.spliced and m.median_length <= t.longest_read:
        yield Finding(
            ALL,
            Effect.MISLEADS,
            f"{m.spliced:.0%} of the reads over exon borders go on in the next exon: these reads "
            "are of RNA; call them as rna",
        )


def mates_merged(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Single reads of all lengths, or some that are longer than the others: merged mates."""
    of_all_lengths = m.paired <= t.unpaired and 0 < m.commonest_length < t.commonest_length
    if m.reads and of_all_lengths:
        found = f"single reads of all lengths ({percent(m.commonest_length)} have the commonest)"
    elif m.longer_than_run >= t.longer_than_run:
        found = _longer_than_run(m)
    else:
        return
    yield Finding(
        INSERTED,
        Effect.MISLEADS,
        f"{found}: mates that were merged lose a copy of a duplication where they overlap one copy "
        "further, and are joined at repeats; give the pairs as they were sequenced",
    )


def _longer_than_run(m: ReadMeasures) -> str:
    return f"{percent(m.longer_than_run)} of the reads are single and longer than a run reads"


def amplicon_mates_merged(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Single reads of a length that no run has."""
    fixed = m.paired <= t.unpaired and m.commonest_length >= t.commonest_length
    if fixed and m.median_length <= t.longest_read and m.usual_length not in t.run_lengths:
        found = f"most single reads have {m.usual_length} bases, as no run has"
    elif m.longer_than_run >= t.longer_than_run:
        found = _longer_than_run(m)
    else:
        return
    yield Finding(
        INSERTED,
        Effect.HIDES,
        f"{found}: mates were merged, or reads cut at the end of the product, so that products of "
        "long duplications may be lost; give the reads as they were sequenced",
    )

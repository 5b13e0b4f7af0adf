"""From where on what was measured of reads matters; each threshold with its reason."""

from __future__ import annotations

from typing import NamedTuple

from flt3itd.reads.tally import FAR_CLIP, LONG_CLIP

COPIED_MATES = 0.05
"""Share of the reads that are in pairs of one read given twice; of mates hardly any pair is."""
WORTH_REMOVING = 0.02
"""Share of copies beyond chance from which they are removed. Below, removal would take more of what
chance put at one place, and more of the wild type than of a mutant, than of copies."""
REPEATED = 0.05
"""Share of reads that are others once more from which a file counts as merged with itself."""
SHORTEST_REACH = 15
"""Bases of the longest insertion that reads show in every place, below which nothing is "not
detected": none of the ITDs of the 194 patients of the AMLSG cohort is shorter, so that such reads
may show none of them."""


RUN_LENGTHS = (
    *(35, 36, 50, 51, 75, 76, 100, 101, 125, 126, 150, 151, 175, 176),
    *(200, 201, 250, 251, 300, 301),
)
"""Bases that instruments read of one mate."""


class Thresholds(NamedTuple):
    """From where on reads are remarked or unfit. Docs: what-your-reads-can-answer.md."""

    hard_clipped: int = 3
    """As many fragments make an ITD pass; no aligner hard clips primary records by itself."""
    without_bases: int = 3
    """As many fragments make an ITD pass."""
    unclipped_reads: int = 3000
    """Of the reads of exomes 0.4 to 2.5 % are clipped beside ITDs, of simulated ones without
    adapters 0.16 %: there, none of 3,000 is chance once in a hundred samples."""
    unclipped_placed_reads: int = 10_000
    """FASTQ, which hardly anyone filters by clips: of simulated reads 0.05 % are clipped."""
    unclipped_placed_remark: int = 1150
    unclipped_remark: int = 150
    """None of so many: of an exome, chance once in 20 to 500 samples; of simulated reads, usual."""
    crossing_deficit: float = 4.5
    """Standard errors: of simulated wild types none had 4. With one in three probes, less would do,
    but it is asked only where no read is clipped."""
    stopped_short: float = 1e-6
    """Probability that as many reads which pass a junction anywhere have it within the longest clip
    of their end. Simulated wild types of up to 20,000x had no two places that agree."""
    stopped_short_remark: float = 3e-3
    """The same of fewer reads, as a filter leaves them at 80x: three on each side by a third of
    half a read. The real exome that is nearest has 0.14."""
    clipped_of_half: float = 0.9
    """Of half a read: of many reads over a junction some have a clip so long, at 60x and at 8,000x.
    """
    filtered_evidence: float = 4.0
    """Minus the decimal logarithm of a probability: lanes of one sample had up to 0.5, those behind
    filters by clips, gaps or score, of a capture of 250 fragments a base, 3.4 to 20."""
    fewer_itds: float = 5.0
    """Decimal logarithm of a ratio of likelihoods: of two lanes chance once in 600,000."""
    fewer_itds_ratio: float = 0.7
    """Of the share that the others have: libraries that were made of few molecules each differ."""
    no_long_clip: tuple[tuple[int, int], ...] = (
        (LONG_CLIP, 3000),
        (16, 4000),
        (21, 8000),
        (26, 12_000),
        (FAR_CLIP, 25_000),
    )
    """Of so many reads some have a clip of so many bases. Of real exomes 0.07 to 1.3 % of the reads
    beside ITDs have one of 12 bases, 0.07 to 1.1 % of 15, 0.04 to 0.8 % of 20, 0.025 to 0.6 % of
    25, 0.012 to 0.5 % of 30; of a real amplicon 2.5 % one of 12. Simulated reads without chimeras
    and adapters have none: it limits what a negative answer holds for, and is no reason against it.
    """
    no_long_amplicon_clip: int = 150
    """Of the reads of a real amplicon 0.7 % have a clip of nearly half a read; of fewer reads than
    these, none need have one."""
    read_inside: int = 5
    """Of a fifth of its length a read over an insertion shows it as a gap, not as a clip, half of
    the time: 1 for a match, 6 for a gap and 1 for each of its bases (bwa mem, minimap2)."""
    junction_places: float = 4.5
    """Standard errors: chance once in 100,000. Samples as sequenced had up to 2, a real exome 3;
    ITDs of which a filter took reads had 5 where 20 to 40 were left."""
    junction_places_without_gaps: float = 2.5
    """The same where no read has a long gap: chance in 0.6 % of samples, so that it is a remark. Of
    172 captures as sequenced none had more than 2.0, filtered ones 2.8 to 4.2; of 117 others none
    had the remark. The real exome that has 3 has reads with long gaps."""
    middle_missed: float = 4.0
    """Minus the decimal logarithm of a probability; samples as sequenced had up to 1.1, ITDs of
    which a filter by score took 15 to 35 % of the reads 3.4 to 7.5, and pairs that lie on the
    genome end to end 3.6 to 5.8, though 6 to 10 reads were left."""
    middle_missed_remark: float = 2.0
    """The same of fewer reads: eight of a real exome that lie on the genome end to end had 3.6, and
    0.42 read 0.21. None of 208 captures as sequenced, and no real exome, had more than 0."""
    nearer_missed: float = 4.0
    """The same, that pairs over a junction lie nearer to each other."""
    nearer_missed_remark: float = 2.4
    """Chance in 0.4 % of samples. Real exomes had up to 0.84, 34 captures as sequenced 1.3; proper
    pairs alone of fragments of 200 to 350 bases, of ITDs of 120 to 240 that read half of their VAF,
    2.5 to 8.2."""
    kind_missed: float = 5.0
    """Minus the decimal logarithm of a probability: chance in one of 100,000 samples."""
    kind_missed_remark: float = 2.7
    """Of fewer reads: chance in one of 500 samples."""
    clips_of_one_mate: float = 3.0
    """The same, of the longest clips of all reads: chance in 0.2 % of samples. Filtered by clips of
    one mate, real exomes had 1.5 to 4.2, captures with 21 bases at 0.30 (0.20 then) 6.9 and 8.1."""
    with_itds: float = 0.6
    """Share of fragments; captures as sequenced had up to 0.13 at a VAF of 1 (real exomes 0.02 to
    0.05), pairs that were not placed 0.96 to 1, those of real exomes 0.71 to 0.83."""
    with_itds_where_cut: float = 0.9
    """The same where all fragments lie over one place (`spread`), which a VAF of 1 makes up to
    0.8."""
    fragments_cut: float = 6.0
    """Minus the decimal logarithm of a probability; filters of pairs had 14 and more."""
    fragments_cut_remark: float = 2.0
    """The same of three to eight fragments: filters of the pairs of real exomes had 2.1 to 5.6.
    None of 208 captures as sequenced, and no real exome, had more than 0."""
    cut_within_copies: float = 4.0
    """The same; captures as sequenced, or trimmed by the sequence of adapters, had up to 0.6, those
    trimmed by the overlap of mates 0.8 to 16 and more, where 0.35 read 0.23 to 0.29."""
    cut_within_copies_remark: float = 2.0
    """Chance in none of 101 samples (up to 1.3); such pairs at 100x to 300x had up to 2.9."""
    different_missed: float = 6.0
    """Reads that should differ by more than any does: none is chance once in 400. Samples as
    sequenced had up to 3.5."""
    fewer_errors: float = 4.0
    """Standard errors below a third of the odds of the wild type. A real amplicon has -11; where
    pairs were kept that lie on the genome end to end it has 8.9, of those that do not 5.7."""
    different_enough: int = 20
    """Mismatches and gaps of one read, where none has a long gap: 0.7 % of the reads of a real
    amplicon have as many beside its ITD, and filters by NM lie at 20 or below."""
    no_gap: int = 1000
    """Of the reads of a real amplicon 1.4 % had a gap, beside those of its ITD."""
    gapless: int = 300_000
    """Bases of reads of which none has a gap, though some differ by 20 bases (`different_enough`):
    two real halves of an amplicon and four exomes have 8 to 13 gaps of one or two bases in 100,000,
    so that none is chance once in 400 samples with a quarter as many. Reads of a simulator that
    makes no gaps do not differ by as much either."""
    clips_expected: float = 10.0
    """Clipped reads that the share of other places lets expect: none is chance 5 times in 100,000,
    so that none of 54 genes is named in 400 of 401 samples."""
    clipped_elsewhere: float = 0.02
    """The share of other places counts up to this: the share of exomes over FLT3."""
    clips_unknown: float = 0.5
    """Of clips of eight bases or more; instruments leave such bases in some reads of a thousand."""
    left_out_clipped: int = 3
    """As many fragments make an ITD pass; marks that are not set by clips leave clipped reads."""
    marked_clipped: int = 10
    marked_clipped_remark: int = 3
    """Reads that are marked (failed, duplicate) and clipped: as many fragments make an ITD pass."""
    marked_clipped_share: float = 0.45
    """Of all that are marked: of pairs that are marked since one read is clipped it is half of the
    reads or more. Clips have no part in what instruments or `markdup` mark."""
    marked_clipped_times: float = 3.0
    """Of the share among reads that are not marked, which foreign ends may make large."""
    mates_missing: int = 3
    """As many fragments make an ITD pass; a whole BAM has none, when no read at all is clipped."""
    mates_missing_share: float = 0.01
    """Of all fragments, with some clipped reads left: filters by mapping quality take clipped reads
    first."""
    mates_missing_remark: float = 0.001
    """The same: of four real exomes and whole simulated files none is missing."""
    mates_apart: float = 0.5
    """Share of all fragments that have no mate: filters by clips take fewer, names ending in /1 and
    /2 part all of them."""
    gaps_without_clips: int = 20
    """Reads with a gap of six bases or more. Where reads begin anywhere, one in five over it is
    clipped instead, since it lies near an end: none beside 20 is chance once in 100 samples."""
    cut_off: int = 4
    """Reads that end together where others go on; fewer are no pile."""
    cut_off_share: float = 0.0
    """Share of all reads that they must have too."""
    clips_cut: int = 4
    """Reads of whose clips all have the same bases left; fewer are no pile."""
    gaps_at_one_cycle: float = 0.01
    """Share of reads with a gap of one length at one cycle: at 1,000x every place then has such
    reads, as many as an event has that passes."""
    gaps_at_one_cycle_of: int = 10
    """Reads that have it: primers lack a base now and then (in 0.4 % of the reads of a real
    amplicon the fourth), and of 460 reads five are 1 % by chance."""
    mates_contradicting: float = 0.03
    """Share of pairs, at one cycle: of insertions and deletions of 0.04 % per base one cycle has
    1 %."""
    mates_contradicting_of: int = 6
    """Pairs that do: one of 16 is 6 %, and of 150 with a gap in 5,000 bases five at one cycle."""
    wrong_at_one_cycle: float = 0.3
    """Share of reads, or of one mate's: of amplicons, what is seen at that place is then an allele
    as frequent as one that is inherited."""
    commonest_length: float = 0.1
    """Share of single reads of one length: sequenced reads have the length of the run, also after
    trimming most of them do; of merged mates each length has some percent."""
    unpaired: float = 0.1
    """Share of paired reads up to which a sample has single reads."""
    run_lengths: tuple[int, ...] = RUN_LENGTHS
    """Single amplicon reads of another length were put together of two mates, or cut at the end of
    the product."""
    longer_than_run: float = 0.01
    """Share of the reads; of single reads as instruments give them none is. A wild type had an ITD
    of 1,143 bases where 7 % of the reads were mates that FLASH had joined at two Alu repeats."""
    longest_read: int = 600
    """Bases at the median: no short-read instrument reads further, mates merged included."""
    shortest_read: int = 50
    """Bases at the median: below, too few reads hold both sides of a junction to be placed."""
    short_gaps: float = 5e-4
    """Gaps of one or two bases per aligned base. Illumina has 1e-5 to 1e-4; at 7e-4 an ITD had a
    second one beside it that differs by an error."""
    short_gaps_remark: float = 2e-4
    unknown: float = 0.05
    """Unknown bases (N) per base; below, as many as one in 31 left an ITD as it was."""
    mismatches: float = 0.02
    """Mismatches per aligned base; Illumina has 0.001 to 0.005."""
    mismatches_remark: float = 0.01
    least_quality: int = 20
    """Raw Phred: a kinase domain base below it is not counted."""
    phred_64: int = 31
    """The lowest quality of a file with an offset of 64 is 64 - 33 when it is read with 33."""
    phred_64_highest: int = 60
    """No instrument writes qualities above it with an offset of 33; with 64 all good bases are."""
    mapping_quality_zero: float = 0.9
    copies: float = WORTH_REMOVING
    """Share of fragments that are copies though duplicates of a capture were to be marked."""
    unspliced: float = 0.6
    """Share of reads over exon borders that go on into the intron: DNA has nearly all, RNA few, and
    the nuclear part of total RNA up to a half."""
    unspliced_remark: float = 0.2
    spliced: float = 0.2
    """Share of reads over ends of exons that go on in the next exon: RNA has most, total RNA a
    half, DNA none."""
    names_shared: float = 0.01
    """Share of fragments, and three of them at least; a file has none, unless reads are in it twice
    or their names were cut."""
    repeated: float = REPEATED
    """Samples have no such reads, a file that was merged with itself one in two. An error of one
    read then counts twice: kinase domain mutations passed."""
    on_one_strand: float = 0.2
    """Share of pairs; of mates that were paired by chance it is a half, and a VAF of 0.30 read
    0.40 then. Samples as sequenced have none; artefacts of fragmentation may reach some percent."""
    on_one_strand_remark: float = 0.05
    scattered: float = 0.05
    """Share of the fragments; of a real amplicon none is. Beside a third of a capture an ITD of 129
    bases at 0.30 read 0.39, beside as many fragments 0.54."""
    padded: float = 0.1
    """Of single reads; instruments leave four unknown bases in a row in a few of a thousand."""
    spread: int = 150
    """Bases between the fragments of a capture that end first and those that begin last: around a
    target others lie. Cut to the 133 of exon 14, 240 bp at 0.35 read 0.47, to 20 of them 0.64."""
    spread_of: int = 30
    """Fragments; few may lie together by chance."""
    pairs_once: int = 60
    """Of one error each. Pairs of an amplicon have one or two errors, with 1 % wrong bases five:
    twelve then have none, and one or none is chance once in 12,000 samples."""
    starts_shared: float = 0.1
    """Of what chance expects. Real exomes have 1.02 to 1.14, simulated captures 0.98 to 1.14, also
    without the copies of pairs; those of which copies were removed read by read, up to 0.011."""
    starts_shared_by_chance: float = 30.0
    """Two reads; a tenth of them is chance once in 10^8 samples."""
    pairs_within: float = 0.02
    """Share of pairs. Real exomes and 34 captures have 0, those of which both reads had to lie over
    the exons 0.05 to 0.15."""
    abutting: float = 0.2
    """Share of pairs. Real exomes have 0.003 to 0.008, simulated captures 0.002, those without the
    bases that mates have in common 0.88; of fragments that differ by 4 bases a tenth at most."""
    abutting_of: int = 30
    """Fragments; few may do so by chance."""
    places_used_up: float = 0.2
    """Others by fragment. Of a VAF of 0.30, 0.31 is left then: the wild type loses a fifteenth of
    its fragments, the mutant less. Captures of 2,000x with fragments of 200 +- 50 have 0.06."""
    pieces: int = 3
    """As many fragments make an ITD pass; aligners mark all pieces of a read but one."""
    mates_alike: float = COPIED_MATES
    adapters: float = 0.05
    """Of reads with an adapter, or with a row of one base at an end."""
    other_sequence: float = 0.5
    """Share of fragments that are of another sequence, of which FLT3 was cleared: where they are
    most, it is asked what the sample is."""
    other_sequence_elsewhere: float = 0.005
    """The same where they are among the others: variants are told from 1 % on. Libraries of one run
    share 0.1 to 2 %."""

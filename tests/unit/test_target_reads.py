"""The reads over the targets: measured by gene, judged for the sample and for genes alone."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness import several
from flt3itd.fitness.several import MOST_WITH_CLIPS, beside_others, together
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import UNMEASURED, Fit, Question, ReadMeasures
from flt3itd.reads.tally import LONG_CLIP
from scripts.coverage.exon_coverage import ExonPart
from scripts.coverage.target_reads import measure_genes
from scripts.panel.read_fitness import LEAST_READS, TargetFitness, TargetReads, judge_targets
from scripts.panel.read_rules import ReadRules
from tests.builders import Read, random_sequence, write_bam, write_fasta
from tests.fitness_builders import GOOD
from tests.flt3_builders import flt3_result

LIMITS = Thresholds()
GENES = ("TP53", "NPM1", "IDH1", "KMT2A", "CALR")
QUESTIONS = (Question.PANEL, Question.LONG_EVENTS, Question.KMT2A)


def judged(**changed: ReadMeasures) -> TargetFitness:
    """The verdicts on five genes of a capture, all good but for those that are given."""
    return judge_targets(
        TargetReads({gene: changed.get(gene, GOOD) for gene in GENES}),
        Assay.CAPTURE,
        of_flt3=UNMEASURED,
    )


def spoilt(**measured: Any) -> ReadMeasures:
    return replace(GOOD, **measured)


def fits(found: TargetFitness, gene: str) -> tuple[Fit, ...]:
    return tuple(found.verdict(question, gene).fit for question in QUESTIONS)


def test_good_reads_are_fit_for_all() -> None:
    found = judged()
    assert {one.fit for one in found.verdicts} == {Fit.FIT}
    assert found.genes == ()
    assert found.measured is not None
    assert found.measured.reads == len(GENES) * GOOD.reads


HIDDEN: dict[str, tuple[ReadMeasures, tuple[Fit, Fit]]] = {
    "hard clipped": (spoilt(hard_clipped=90), (Fit.FIT, Fit.UNFIT)),
    "no bases": (spoilt(without_bases=90), (Fit.UNFIT, Fit.UNFIT)),
    "mapping quality": (spoilt(mapping_quality_zero=1.0), (Fit.UNFIT, Fit.UNFIT)),
    "long": (spoilt(median_length=900, paired=0.0), (Fit.UNFIT, Fit.UNFIT)),
    "is clipped": (spoilt(soft_clipped=0.0), (Fit.FIT, Fit.UNFIT)),
    "insertions and deletions": (spoilt(short_gaps=0.01), (Fit.UNFIT, Fit.UNFIT)),
    "quality of 20": (spoilt(highest_quality=5), (Fit.UNFIT, Fit.FIT)),
}


@pytest.mark.parametrize("reason", HIDDEN)
def test_a_gene_alone_has_no_answer(reason: str) -> None:
    measured, expected = HIDDEN[reason]
    found = judged(NPM1=measured)
    assert fits(found, "NPM1")[:2] == expected
    assert fits(found, "TP53") == (Fit.FIT,) * 3
    [gene] = found.genes
    assert (gene.gene, len(gene.verdicts)) == ("NPM1", sum(fit is Fit.UNFIT for fit in expected))
    for verdict in found.verdicts[:2]:
        unfit = expected[QUESTIONS.index(verdict.question)] is Fit.UNFIT
        assert verdict.fit is (Fit.REMARK if unfit else Fit.FIT)
        assert ("NPM1: reads unfit: " in " ".join(verdict.remarks)) is unfit


@pytest.mark.parametrize("reason", HIDDEN)
def test_most_genes_are_the_sample(reason: str) -> None:
    measured, expected = HIDDEN[reason]
    found = judged(TP53=measured, NPM1=measured, IDH1=measured)
    assert fits(found, "CALR")[:2] == expected
    assert [one.fit for one in found.verdicts[:2]] == list(expected)
    assert found.genes == ()


def test_two_of_five_genes_are_told_in_one_sentence() -> None:
    found = judged(TP53=spoilt(hard_clipped=30), NPM1=spoilt(hard_clipped=12))
    [remark] = found.verdicts[1].remarks
    assert remark.startswith("TP53, NPM1: reads unfit: 42 reads are hard clipped")


def test_kmt2a_is_judged_by_its_own_reads() -> None:
    assert fits(judged(KMT2A=spoilt(hard_clipped=9)), "KMT2A")[2] is Fit.UNFIT
    assert fits(judged(TP53=spoilt(hard_clipped=9)), "KMT2A")[2] is Fit.FIT


def test_that_no_read_is_clipped_is_a_sign_beside_genes_with_clips() -> None:
    share = LIMITS.clipped_elsewhere
    enough = round(LIMITS.clips_expected / share)
    few = spoilt(soft_clipped=0.0, reads=enough - 1)
    assert fits(judged(TP53=few), "TP53")[1] is Fit.FIT
    assert fits(judged(TP53=replace(few, reads=enough)), "TP53")[1] is Fit.UNFIT


def test_an_itd_in_one_gene_asks_no_clips_of_the_others() -> None:
    few = spoilt(soft_clipped=0.001)
    genes = dict.fromkeys(GENES, few) | {"CALR": spoilt(soft_clipped=0.3)}
    assert fits(judged(**genes | {"TP53": spoilt(soft_clipped=0.0)}), "TP53")[1] is Fit.FIT


def test_that_no_read_of_a_sample_is_clipped_is_counted_over_all_genes() -> None:
    none = spoilt(soft_clipped=0.0, reads=LIMITS.unclipped_reads // len(GENES))
    of_all = dict.fromkeys(GENES, none)
    assert judged(**of_all).verdicts[1].fit is Fit.UNFIT
    fewer = replace(none, reads=none.reads - 1)
    assert judged(**dict.fromkeys(GENES, fewer)).verdicts[1].fit is Fit.REMARK


@pytest.mark.parametrize("longest", [LONG_CLIP - 1, LONG_CLIP])
def test_clips_of_one_gene_say_that_clips_were_kept(longest: int) -> None:
    """As those of an ITD, in a library without chimeras; short ones a filter may have left."""
    none = spoilt(soft_clipped=0.0, longest_clip=0, reads=LIMITS.unclipped_reads)
    with_itd = replace(none, soft_clipped=0.07, longest_clip=longest)
    found = judged(**dict.fromkeys(GENES, none) | {"CALR": with_itd})
    assert found.genes == ()
    kept = longest >= LONG_CLIP
    assert fits(found, "TP53")[1] is (Fit.FIT if kept else Fit.UNFIT)


@pytest.mark.parametrize("others", [7, 8])
def test_where_more_genes_have_clips_the_others_were_cut(others: int) -> None:
    """Two of seven or of eight: just above and just at the share that may have clips."""
    assert MOST_WITH_CLIPS == 0.25
    none = spoilt(soft_clipped=0.0, reads=LIMITS.unclipped_reads)
    beside = beside_others(none, [GOOD, GOOD, *[none] * (others - 2)])
    elsewhere = 2 * GOOD.reads + (others - 2) * none.reads
    assert beside.clipped_elsewhere == (1 / elsewhere if others == 8 else 0)


@pytest.mark.parametrize("share", [LIMITS.spliced - 0.01, LIMITS.spliced])
@pytest.mark.parametrize("assay", [Assay.CAPTURE, Assay.AMPLICON])
def test_what_is_rna_over_flt3_is_rna_everywhere(assay: Assay, share: float) -> None:
    """Also where another gene is unfit for a reason of its own."""
    genes = dict.fromkeys(GENES, GOOD) | {"NPM1": spoilt(mapping_quality_zero=1.0)}
    found = judge_targets(TargetReads(genes), assay, spoilt(spliced=share))
    verdicts = [found.verdict(question, "TP53") for question in QUESTIONS]
    if share < LIMITS.spliced:
        assert {one.fit for one in verdicts} == {Fit.FIT}
        return
    assert {(one.fit, one.misleads) for one in verdicts} == {(Fit.UNFIT, True)}
    assert "these reads are of RNA; call them as rna" in verdicts[0].reasons[0]


def test_a_gene_with_few_reads_is_left_to_its_depth() -> None:
    few = spoilt(mapping_quality_zero=1.0, reads=LEAST_READS - 1)
    assert fits(judged(NPM1=few), "NPM1") == (Fit.FIT,) * 3
    assert fits(judged(NPM1=replace(few, reads=LEAST_READS)), "NPM1")[0] is Fit.UNFIT
    assert judge_targets(TargetReads({}), Assay.CAPTURE, of_flt3=UNMEASURED) == TargetFitness()


def test_verdicts_of_targets_stand_beside_those_of_flt3() -> None:
    flt3 = flt3_result()
    found = judged(**dict.fromkeys(GENES, spoilt(without_bases=50))).beside_flt3(flt3)
    assert [one.question for one in found.reads.verdicts] == list(Question)
    assert found.reads.verdict(Question.PANEL).fit is Fit.UNFIT
    assert found.reads.verdict(Question.ITD) == flt3.reads.verdict(Question.ITD)
    assert TargetFitness().beside_flt3(flt3) == flt3


def test_every_measure_has_one_way_to_be_put_together() -> None:
    ways = (
        several.SUMMED, several.AVERAGED, several.GREATEST, several.TYPICAL, several.FARTHEST,
        several.QUALITIES, several.OF_THE_FILE, several.OF_ONE_REGION,
    )  # fmt: skip
    named = [name for way in ways for name in way]
    assert sorted(named) == sorted(field.name for field in fields(ReadMeasures))


def test_measures_of_several_regions() -> None:
    small = replace(GOOD, reads=1000, soft_clipped=0.1, cut_off=3, lowest_quality=None)
    found = together([small, GOOD, UNMEASURED])
    assert (found.reads, found.fragments, found.cut_off) == (5000, 4000, 3)
    assert found.soft_clipped == pytest.approx(0.036)
    assert (found.lowest_quality, found.median_length) == (2, 150)
    assert together([]) == UNMEASURED
    with_itd = replace(GOOD, soft_clipped=0.3)
    beside = beside_others(small, [GOOD, with_itd, UNMEASURED])
    assert (beside.reads_elsewhere, beside.clipped_elsewhere) == (2 * GOOD.reads, 0.02)
    assert beside.longest_clip == GOOD.longest_clip
    shorter, longer = (replace(GOOD, longest_clip=clip) for clip in (7, 60))
    assert beside_others(shorter, [longer, shorter]).longest_clip == 60
    assert beside_others(longer, [shorter]).longest_clip == 60
    assert beside_others(small, [UNMEASURED]) == small


SEQUENCE = random_sequence(6000, 3)


def reads_over(start: int, cigar: str, number: int, quality: int = 60) -> list[Read]:
    """Reads of 100 bases from one place on, one base apart."""
    clipped = int(cigar.partition("H")[0]) if "H" in cigar else 0
    return [
        Read(
            f"{start}.{n}", "c", start + n, cigar, SEQUENCE[start + n : start + n + 100 - clipped],
            mapping_quality=quality,
        )
        for n in range(number)
    ]  # fmt: skip


def test_reads_are_measured_by_gene(tmp_path: Path) -> None:
    reads = [
        *reads_over(1000, "100M", 40),
        *reads_over(3000, "30H70M", 25, quality=0),
        *reads_over(5000, "100M", 30),
    ]
    bam = write_bam(tmp_path / "x.bam", {"c": len(SEQUENCE)}, reads)
    fasta = write_fasta(tmp_path / "x.fa", {"c": SEQUENCE})
    parts = [
        ExonPart("TP53", "1", "c", 1050, 1090),
        ExonPart("TP53", "2", "c", 5050, 5090),
        ExonPart("NPM1", "1", "c", 3050, 3090),
        ExonPart("IDH1", "1", "c", 4200, 4300),
    ]
    found = measure_genes(bam, parts, fasta, ReadRules(Assay.CAPTURE, 0)).genes
    assert {gene: one.reads for gene, one in found.items()} == {"TP53": 70, "NPM1": 25, "IDH1": 0}
    assert (found["NPM1"].hard_clipped, found["NPM1"].mapping_quality_zero) == (25, 1.0)
    assert (found["TP53"].hard_clipped, found["TP53"].mismatches) == (0, 0.0)
    assert found["TP53"].median_length == 100


def test_exactly_half_of_the_genes_are_not_the_sample() -> None:
    bad = spoilt(without_bases=90)
    four = {gene: bad if gene in ("TP53", "NPM1") else GOOD for gene in GENES[:4]}
    found = judge_targets(TargetReads(four), Assay.CAPTURE, of_flt3=UNMEASURED)
    assert found.verdicts[0].fit is Fit.REMARK
    assert {one.gene for one in found.genes} == {"TP53", "NPM1"}


def test_one_gene_that_misleads_among_most_that_hide_misleads_of_the_sample() -> None:
    bad = spoilt(without_bases=90)
    found = judged(TP53=bad, NPM1=bad, IDH1=spoilt(median_length=900))
    assert (found.verdicts[0].fit, found.verdicts[0].misleads) == (Fit.UNFIT, True)


def test_what_is_told_of_most_genes_is_what_all_reads_show() -> None:
    """With the figures of all; where the genes alone show it, with those of the first."""
    found = judged(
        TP53=spoilt(without_bases=9), **dict.fromkeys(GENES[1:3], spoilt(without_bases=5))
    )
    assert found.verdicts[0].reasons[0].startswith("19 of 20000 reads have no bases")
    many = spoilt(mismatches=0.03)
    of_three = judged(
        **dict.fromkeys(GENES[:3], many), **dict.fromkeys(GENES[3:], spoilt(mismatches=0.0))
    )
    assert of_three.verdicts[0].fit is Fit.UNFIT
    assert of_three.verdicts[0].reasons


def test_shares_of_fewer_than_twenty_reads_say_nothing() -> None:
    assert LEAST_READS == 20


def test_of_several_regions_the_most_of_one_place_counts_and_half_of_the_reads_tell_a_length() -> (
    None
):
    """The greatest of what lies at one place; the least and the greatest quality of all."""
    small = replace(
        GOOD, reads=400, median_length=100, usual_length=101, longest_length=120, clips_cut=7,
        crossing_deficit=3.0, foreign_bases=9, lowest_quality=12, highest_quality=37,
        junction_places=6, longest_clip=9, stopped_short=6, fragments_cut=7.0,
        least_pair=150, most_pairs_of_a_stretch=15, bases_of_a_stretch=10,
    )  # fmt: skip
    large = replace(
        GOOD, reads=600, median_length=150, usual_length=151, longest_length=160, clips_cut=5,
        crossing_deficit=1.0, foreign_bases=2, lowest_quality=2, highest_quality=None,
        longest_clip=40, stopped_short=4, greatest_pair=400,
        most_pairs_of_a_stretch=9, bases_of_a_stretch=100,
    )  # fmt: skip
    top = replace(small, reads=1, highest_quality=41)
    for order in ([small, large, top], [top, large, small]):
        found = together(order)
        assert (found.median_length, found.usual_length, found.longest_length) == (150, 151, 160)
        assert (found.clips_cut, found.crossing_deficit, found.foreign_bases) == (7, 3.0, 9)
        assert (found.lowest_quality, found.highest_quality) == (2, 41)
        assert found.junction_places == 6
        assert (found.longest_clip, found.stopped_short, found.fragments_cut) == (40, 6, 7.0)
        assert (found.least_pair, found.greatest_pair) == (150, 400)
        assert (found.most_pairs_of_a_stretch, found.bases_of_a_stretch) == (15, 10)
    assert together([replace(small, reads=600), large]).median_length == 100


def test_an_exon_at_the_start_of_a_contig_is_measured_too(tmp_path: Path) -> None:
    bam = write_bam(tmp_path / "x.bam", {"c": len(SEQUENCE)}, reads_over(0, "100M", 40))
    fasta = write_fasta(tmp_path / "x.fa", {"c": SEQUENCE})
    found = measure_genes(
        bam, [ExonPart("TP53", "1", "c", 0, 60)], fasta, ReadRules(Assay.CAPTURE, 0)
    )
    one = found.genes["TP53"]
    assert (one.reads, one.mismatches, one.median_length) == (40, 0.0, 100)

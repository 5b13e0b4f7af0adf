"""The report of a patient: what is followed, what became of it, and what is never said."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.fitness_records import Fit, GeneFitness, Question, Verdict
from flt3itd.insertions.long_changes import Demands
from flt3itd.records import Status
from scripts.coverage.rows import ExonState
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.patient.drawing import HEIGHT, time_line
from scripts.patient.follow import _ABOUT_SUPPORT, LONG_BP
from scripts.patient.model import (
    Basis,
    Course,
    FollowUpRow,
    PanelGenotype,
)
from scripts.patient.render import patient_page
from scripts.patient.time_axis import in_rows
from scripts.report.model import Report
from tests.patient_builders import NPM1_EXON, only, patient, sample
from tests.report_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    known_itd,
    panel_variant,
    tkd_event,
    tkd_result,
)


def visible(html: str) -> str:
    """What a reader sees: no style, script, tags."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.S))


def test_earlier_itd_that_is_not_seen_again_has_the_bound_of_its_own_reads(tmp_path: Path) -> None:
    later = dataclasses.replace(itd_result(), known=(known_itd(),))
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "B", "day28", itd=later),
    )
    alteration = only(report)
    first, second = alteration.points
    assert (first.basis, second.basis) == (Basis.CALLED, Basis.GENOTYPED)
    assert second.status is Status.NOT_DETECTED
    assert second.vaf_bound == 0.0012
    assert second.left_bound == pytest.approx(0.0012 / 0.4)
    assert alteration.course is Course.VANISHED
    assert "day28: not detected, below 0.12% (below 0.30% of the first VAF)" in alteration.words
    assert "negative" not in patient_page(report)


@pytest.mark.parametrize(
    ("status", "bounds", "vaf_bound"),
    [
        (Status.DETECTED, (0.0, 0.0012), 0.0012),
        (Status.NOT_DETECTED, (None, None), 0.0012),
        (Status.NOT_ASSESSABLE, (None, None), None),
    ],
)
def test_an_earlier_itd_has_an_upper_bound_where_its_place_was_read(
    tmp_path: Path,
    status: Status,
    bounds: tuple[float | None, float | None],
    vaf_bound: float | None,
) -> None:
    known = known_itd(status=status, mutant_fragments=1, vaf=0.0003)
    later = dataclasses.replace(itd_result(), known=(known,))
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "B", "day28", itd=later),
    )
    point = only(report).points[1]
    assert (point.status, point.basis, point.vaf) == (status, Basis.GENOTYPED, 0.0003)
    assert (point.vaf_low, point.vaf_high) == bounds
    assert point.vaf_bound == vaf_bound


@pytest.mark.parametrize(
    ("status", "limit", "answer"),
    [
        (Status.NOT_DETECTED, 0.004, (Status.NOT_DETECTED, Basis.LIMIT, 0.004)),
        (Status.NOT_ASSESSABLE, 0.004, (Status.NOT_ASSESSABLE, Basis.NOT_COVERED, None)),
        (Status.NOT_DETECTED, None, (Status.NOT_ASSESSABLE, Basis.NOT_COVERED, None)),
    ],
)
def test_an_itd_is_absent_only_where_reads_can_answer_and_tell_a_limit(
    tmp_path: Path, status: Status, limit: float | None, answer: tuple[Status, Basis, float | None]
) -> None:
    """Reads may be deep and yet unfit: then there is a limit, and no answer."""
    earlier = dataclasses.replace(itd_result(), status=status, limit_of_detection=limit)
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=earlier),
        sample(tmp_path, "B", "relapse", itd=itd_result(itd_event())),
    )
    point = only(report).points[0]
    assert (point.status, point.basis, point.vaf_bound) == answer


def test_an_alteration_is_called_by_its_kind(tmp_path: Path) -> None:
    unnamed = panel_variant(gene="TP53", hgvs_c="", hgvs_p="", pos=5)
    report = patient(
        tmp_path,
        sample(
            tmp_path,
            "A",
            "diagnosis",
            itd=itd_result(itd_event()),
            tkd=tkd_result(tkd_event()),
            variants=(panel_variant(), unnamed),
        ),
    )
    assert [one.name for one in report.alterations] == [
        "FLT3-ITD 57 bp",
        "FLT3 p.(Asp835Tyr)",
        "NPM1 p.(Trp288CysfsTer12)",
        "TP53 chr5:5 C>CTCTG",
    ]
    assert [one.kind for one in report.alterations] == ["ITD", "TKD", "panel", "panel"]


def test_names_that_are_alike_are_told_apart_by_their_change(tmp_path: Path) -> None:
    here, there = itd_event(28_034_105, 28_034_161), itd_event(28_034_108, 28_034_164)
    nameless = dataclasses.replace(there, hgvs_c="")
    report = patient(tmp_path, sample(tmp_path, "A", "diagnosis", itd=itd_result(here, nameless)))
    change = here.hgvs_c.rsplit(":", maxsplit=1)[-1]
    assert {one.name for one in report.alterations} == {
        f"FLT3-ITD 57 bp ({change})",
        f"FLT3-ITD 57 bp (chr13:{there.pos})",
    }


def test_two_itds_of_one_length_at_two_places_are_two(tmp_path: Path) -> None:
    here, there = itd_event(28_034_105, 28_034_161), itd_event(28_034_108, 28_034_164)
    assert here.length_bp == there.length_bp
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(here)),
        sample(tmp_path, "B", "relapse", itd=itd_result(there)),
    )
    names = [alteration.name for alteration in report.alterations]
    assert len(set(names)) == 2
    assert [alteration.course for alteration in report.alterations] == ["vanished", "emerged"]


def test_itd_of_a_later_sample_is_below_the_limit_of_the_earlier_one(tmp_path: Path) -> None:
    alteration = only(
        patient(
            tmp_path,
            sample(tmp_path, "A", "diagnosis"),
            sample(tmp_path, "B", "relapse", itd=itd_result(itd_event())),
        )
    )
    assert alteration.course is Course.EMERGED
    assert alteration.points[0].basis is Basis.LIMIT
    assert alteration.points[0].vaf_bound == 0.004


@pytest.mark.parametrize(
    ("longest", "state", "bound"),
    [(56, Status.NOT_ASSESSABLE, None), (57, Status.NOT_DETECTED, 0.004)],
)
def test_an_itd_longer_than_the_reads_show_was_not_looked_for(
    tmp_path: Path, longest: int, state: Status, bound: float | None
) -> None:
    event = itd_event()
    assert event.length_bp == 57
    short = dataclasses.replace(itd_result(), longest_assessable=longest)
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=short),
        sample(tmp_path, "B", "relapse", itd=itd_result(event)),
    )
    before = only(report).points[0]
    assert (before.status, before.vaf_bound) == (state, bound)
    assert ("ITDs of up to 56 bp" in before.remark) is (state is Status.NOT_ASSESSABLE)
    assert ("ITDs of up to 56 bp" in patient_page(report)) is (state is Status.NOT_ASSESSABLE)


def test_what_was_not_looked_at_is_not_assessable(tmp_path: Path) -> None:
    shallow = (dataclasses.replace(NPM1_EXON, status=ExonState.NOT_ASSESSABLE, minimum=3),)
    report = patient(
        tmp_path,
        sample(
            tmp_path,
            "A",
            "diagnosis",
            itd=itd_result(itd_event()),
            tkd=tkd_result(tkd_event()),
            variants=(panel_variant(),),
        ),
        sample(
            tmp_path, "B", "day28", itd=NO_ITD_ANSWER, tkd=tkd_result(blind=(835,)), exons=shallow
        ),
    )
    assert len(report.alterations) == 3
    for alteration in report.alterations:
        assert alteration.points[1].status is Status.NOT_ASSESSABLE
        assert alteration.points[1].vaf_bound is None
        assert alteration.course is Course.NOT_KNOWN
    html = patient_page(report)
    assert "Not detected" not in visible(html)


def test_variant_that_a_filter_holds_back_is_told(tmp_path: Path) -> None:
    faint = panel_variant(filter="low_vaf", vaf=0.004, alternate_fragments=4)
    alteration = only(
        patient(
            tmp_path,
            sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),)),
            sample(tmp_path, "B", "day28", variants=(faint,)),
        )
    )
    assert alteration.points[1].status is Status.NOT_DETECTED
    assert "seen in 4 fragments and held back by a filter (low VAF)" in alteration.words


def genotype_of(report: Report, **changes: Any) -> PanelGenotype:
    """The NPM1 insertion of type A in the reads of a sample that did not call it."""
    variant = panel_variant()
    empty = PanelGenotype(
        report.sample.sample, variant.chrom, variant.pos, variant.ref, variant.alt,
        Status.NOT_DETECTED, 0.0, 0.0, 0.004, 0.003, 0, 1000, 1e-4, 1.0,
    )  # fmt: skip
    return dataclasses.replace(empty, **changes)


def test_panel_variant_of_another_sample_is_what_its_own_reads_say(tmp_path: Path) -> None:
    """Neither the thresholds of discovery nor the exon's limit speak where fragments do."""
    faint = panel_variant(filter="low_vaf", vaf=0.004, alternate_fragments=4)
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = sample(tmp_path, "B", "day28", variants=(faint,))
    third = sample(tmp_path, "C", "day56")
    seen = genotype_of(
        second, status=Status.DETECTED, vaf=0.004, vaf_low=0.0016, vaf_high=0.01,
        mutant_fragments=4, vaf_upper=0.009, p_value=1e-5,
    )  # fmt: skip
    report = patient(tmp_path, first, second, third, genotypes=[seen, genotype_of(third)])
    alteration = only(report)
    assert [one.basis for one in alteration.points] == ["called", "genotyped", "genotyped"]
    assert [one.status for one in alteration.points] == ["detected", "detected", "not_detected"]
    assert alteration.points[2].vaf_bound == 0.003
    assert "day28: VAF 0.40% (0.16% to 1.0%)" in alteration.words
    assert "day56: not detected, below 0.30%" in alteration.words


def test_kinase_domain_mutation_of_another_sample_is_counted_too(tmp_path: Path) -> None:
    event = tkd_event()
    first = sample(tmp_path, "A", "diagnosis", tkd=tkd_result(event))
    second = sample(tmp_path, "B", "day28")
    seen = genotype_of(
        second, chrom=event.chrom, pos=event.pos, ref=event.ref, alt=event.alt, vaf_upper=0.002
    )
    point = only(patient(tmp_path, first, second, genotypes=[seen])).points[1]
    assert (point.status, point.basis, point.vaf_bound) == ("not_detected", "genotyped", 0.002)


@pytest.mark.parametrize(
    ("reasons", "basis"),
    [
        *((reason, Basis.GENOTYPED) for reason in sorted(_ABOUT_SUPPORT)),
        (";".join(sorted(_ABOUT_SUPPORT)), Basis.GENOTYPED),
        ("strand_bias", Basis.HELD_BACK),
        ("low_vaf;strand_bias", Basis.HELD_BACK),
    ],
)
def test_fragments_speak_where_every_filter_is_about_support(
    tmp_path: Path, reasons: str, basis: Basis
) -> None:
    faint = panel_variant(filter=reasons, vaf=0.004, alternate_fragments=4)
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = sample(tmp_path, "B", "day28", variants=(faint,))
    report = patient(tmp_path, first, second, genotypes=[genotype_of(second)])
    assert only(report).points[1].basis is basis


def test_a_filter_that_is_not_about_support_still_holds_back(tmp_path: Path) -> None:
    biased = panel_variant(filter="low_vaf;strand_bias", vaf=0.004, alternate_fragments=4)
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = sample(tmp_path, "B", "day28", variants=(biased,))
    seen = genotype_of(second, status=Status.DETECTED, vaf=0.004, mutant_fragments=4)
    point = only(patient(tmp_path, first, second, genotypes=[seen])).points[1]
    assert (point.status, point.basis) == (Status.NOT_DETECTED, Basis.HELD_BACK)


def unfit(report: Report, question: Question, gene: str = "", *, misleads: bool = False) -> Report:
    """The sample with reads that are unfit for a question: all, or those over a gene."""
    verdict = Verdict(question, Fit.UNFIT, ("clips were removed",), misleads=misleads)
    reads = report.flt3.reads
    of_gene = dataclasses.replace(reads, genes=(GeneFitness(gene, (verdict,)),))
    of_sample = dataclasses.replace(reads, verdicts=(verdict,))
    flt3 = dataclasses.replace(report.flt3, reads=of_gene if gene else of_sample)
    return dataclasses.replace(report, flt3=flt3)


@pytest.mark.parametrize(
    ("length", "gene", "state"),
    [
        (19, "", Status.NOT_DETECTED),
        (20, "", Status.NOT_ASSESSABLE),
        (20, "NPM1", Status.NOT_ASSESSABLE),
        (20, "TET2", Status.NOT_DETECTED),
    ],
)
def test_a_long_event_is_not_absent_in_reads_that_cannot_show_it(
    tmp_path: Path, length: int, gene: str, state: Status
) -> None:
    event = panel_variant(ref="A", alt="A" + "C" * length)
    first = unfit(sample(tmp_path, "A", "diagnosis"), Question.LONG_EVENTS, gene)
    second = sample(tmp_path, "B", "relapse", variants=(event,))
    point = only(patient(tmp_path, first, second)).points[0]
    assert point.status is state
    assert (point.vaf_bound is None) is (state is Status.NOT_ASSESSABLE)
    assert point.remark == ("clips were removed" if state is Status.NOT_ASSESSABLE else "")
    assert Demands().shortest == LONG_BP


@pytest.mark.parametrize(
    ("seen", "misleads", "state"),
    [
        (False, False, Status.NOT_ASSESSABLE),
        (False, True, Status.NOT_ASSESSABLE),
        (True, False, Status.DETECTED),
        (True, True, Status.NOT_ASSESSABLE),
    ],
)
def test_counts_of_unfit_reads_say_no_more_than_the_sample(
    tmp_path: Path, seen: bool, misleads: bool, state: Status
) -> None:
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = unfit(sample(tmp_path, "B", "day28"), Question.PANEL, misleads=misleads)
    counted = genotype_of(second)
    if seen:
        counted = genotype_of(second, status=Status.DETECTED, vaf=0.01, mutant_fragments=9)
    point = only(patient(tmp_path, first, second, genotypes=[counted])).points[1]
    assert point.status is state
    other_gene = unfit(sample(tmp_path, "C", "day28"), Question.PANEL, "TET2", misleads=misleads)
    own = tmp_path / "other"
    own.mkdir()
    kept = only(patient(own, first, other_gene, genotypes=[genotype_of(other_gene)])).points[1]
    assert kept.status is Status.NOT_DETECTED


def test_an_itd_that_a_filter_holds_back_is_not_absent_where_nothing_can_be_said(
    tmp_path: Path,
) -> None:
    held = itd_event(status=Status.NOT_DETECTED, filter="low_support", mutant_fragments=2)
    shallow = dataclasses.replace(NO_ITD_ANSWER, events=(held,))
    first = sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event()))
    second = sample(tmp_path, "B", "relapse", itd=shallow)
    point = only(patient(tmp_path, first, second)).points[1]
    assert (point.status, point.basis) == (Status.NOT_ASSESSABLE, Basis.HELD_BACK)
    assert (point.mutant_fragments, point.reason) == (2, "low_support")


def test_variant_without_depth_was_not_looked_at_even_when_seen(tmp_path: Path) -> None:
    shallow = panel_variant(filter="low_depth;low_vaf", depth=20, alternate_fragments=5)
    alteration = only(
        patient(
            tmp_path,
            sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),)),
            sample(tmp_path, "B", "day28", variants=(shallow,)),
        )
    )
    assert alteration.points[1].status is Status.NOT_ASSESSABLE


def test_panel_call_of_a_flt3_event_is_that_event(tmp_path: Path) -> None:
    same = tkd_event()
    twin = panel_variant(gene="FLT3", chrom=same.chrom, pos=same.pos, ref=same.ref, alt=same.alt)
    report = patient(
        tmp_path, sample(tmp_path, "A", "diagnosis", tkd=tkd_result(same), variants=(twin,))
    )
    assert only(report).kind == "TKD"


def test_tissues_of_one_timepoint_are_told_apart_and_one_is_enough(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event())),
        sample(tmp_path, "B", "day28", "BM", itd=itd_result(itd_event(vaf=0.01))),
        sample(tmp_path, "C", "day28", "PB"),
        ranks=[0, 1, 1],
    )
    alteration = only(report)
    assert alteration.course is Course.FELL
    assert "day28 (BM): VAF 1.0%" in alteration.words
    assert "day28 (PB): not detected" in alteration.words
    spots = time_line(report, report.alterations).charts[0].lines[0].spots
    assert len({spot.x for spot in spots}) == 3


def test_bound_is_drawn_open_and_the_line_to_it_dashed(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event())),
        sample(tmp_path, "B", "day28"),
    )
    vaf, ratio = time_line(report, report.alterations).charts
    for chart in (vaf, ratio):
        (line,) = chart.lines
        assert [spot.bound for spot in line.spots] == [False, True]
        assert line.segments[0].dashed
        assert 0 <= line.spots[0].y < line.spots[1].y <= HEIGHT
    assert vaf.floor


def test_dates_make_an_axis_of_days(tmp_path: Path) -> None:
    rows = [
        ClinicalRow(
            patient="P1", kind=ClinicalKind.SAMPLING, label="diagnosis", start="2025-03-01"
        ),
        ClinicalRow(patient="P1", kind=ClinicalKind.SAMPLING, label="day28", start="2025-03-29"),
        ClinicalRow(
            patient="P1", kind=ClinicalKind.TREATMENT, label="drug", start="2025-03-03", end="day28"
        ),
    ]
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis"),
        sample(tmp_path, "B", "day28"),
        clinical=rows,
    )
    assert report.axis == "days"
    assert [one.day for one in report.samples] == [0, 28]
    (treatment,) = report.clinical
    assert (treatment.start_at, treatment.end_at) == (2.0, 28.0)


def test_rows_are_one_for_each_alteration_and_sample(tmp_path: Path) -> None:
    endless = itd_event(vaf=0.99, ar=float("inf"), ar_high=float("inf"))
    patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(endless), tkd=tkd_result(tkd_event())),
        sample(tmp_path, "B", "day28"),
    )
    rows = read_table(tmp_path / "P1" / "followup.tsv", FollowUpRow)
    page = (tmp_path / "P1" / "report.html").read_text("utf-8")
    assert {row.build for row in rows} == {"GRCh38"}
    assert "Course over 2 samples, GRCh38:" in page
    assert [(row.kind, row.sample) for row in rows] == [
        ("ITD", "A"), ("ITD", "B"), ("TKD", "A"), ("TKD", "B"),
    ]  # fmt: skip


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    hostile = '<img src=x onerror="alert(1)">\'{{ 7 * 7 }}'
    event = itd_event(hgvs_c=hostile, hgvs_p=hostile)
    row = ClinicalRow(patient="P1", kind=ClinicalKind.TREATMENT, label=hostile, start="diagnosis")
    report = patient(
        tmp_path,
        sample(
            tmp_path, "A", "diagnosis", hostile, itd=itd_result(event),
            variants=(panel_variant(gene=hostile),), warnings=(hostile,),
        ),
        clinical=[row],
    )  # fmt: skip
    report = dataclasses.replace(report, patient=hostile)
    html = patient_page(report)
    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert "49" not in visible(html).split()


def test_report_of_another_patient_is_refused_and_nothing_written(tmp_path: Path) -> None:
    report = sample(tmp_path, "A", "diagnosis")
    other = dataclasses.replace(
        report, sample=dataclasses.replace(report.sample, patient="P2", sample="B")
    )
    with pytest.raises(UserError, match="found patient 'P2', expected 'P1'"):
        patient(tmp_path, report, other)
    assert not (tmp_path / "P1").exists()


def test_labels_that_would_overlap_stand_in_rows() -> None:
    placed = in_rows([(300.0, "last"), (100.0, "diagnosis, day 0"), (150.0, "day28, day 29")])
    assert [(one.label, one.row) for one in placed] == [
        ("diagnosis, day 0", 0), ("day28, day 29", 1), ("last", 0),
    ]  # fmt: skip
    # Letters are 7 wide: "ab" ends at 107, and a letter lies between it and the next.
    assert [one.row for one in in_rows([(100.0, "ab"), (121.0, "cd")])] == [0, 0]
    assert [one.row for one in in_rows([(100.0, "ab"), (120.9, "cd")])] == [0, 1]


def test_events_of_a_trial_are_named_beside_the_figure(tmp_path: Path) -> None:
    rows = [
        ClinicalRow(patient="P1", kind=ClinicalKind(kind), label=label, start=start, dose=dose)
        for kind, label, start, dose in (
            ("sampling", "diagnosis", "2025-03-01", ""),
            ("enrolment", "a trial", "2025-03-02", ""),
            ("treatment", "drug", "2025-03-02", "5 mg"),
            ("death", "infection", "2025-05-01", ""),
            ("last_follow_up", "seen", "2025-04-01", ""),
        )
    ]
    made = sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event()))
    report = patient(tmp_path, made, clinical=rows)
    line = time_line(report, report.alterations)
    assert [one.label for one in line.responses] == ["death: infection"]
    assert [bar.label for bar in line.bars] == ["drug 5 mg"]
    assert "Clinical events of: a trial." in patient_page(report)

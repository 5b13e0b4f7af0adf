"""The report of a patient: what is followed, what became of it, and what is never said."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flt3itd.records import Status
from scripts.coverage.rows import ExonState
from scripts.patient.drawing import time_line
from scripts.patient.model import (
    Basis,
    Course,
)
from scripts.patient.render import patient_page
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    known_itd,
    tkd_event,
    tkd_result,
)
from tests.patient_builders import NPM1_EXON, only, patient, sample, visible
from tests.report_builders import panel_variant


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


def test_molecules_of_an_itd_that_differ_far_beside_it_are_followed_together(
    tmp_path: Path,
) -> None:
    plain = itd_event(vaf=0.2)
    changed = dataclasses.replace(plain, vaf=0.15, on_same_molecules="NM_1.1:c.1del")
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(changed, plain)),
        sample(tmp_path, "B", "relapse", itd=itd_result(itd_event(vaf=0.35))),
    )
    first, second = only(report).points
    assert first.vaf == pytest.approx(0.35)
    assert second.vaf == pytest.approx(0.35)
    assert "VAF 0.15 with c.1del, VAF 0.2 without changes" in first.remark


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

"""The scorer of the benchmark tells right calls from wrong ones, of our VCF and of others."""

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.records import EventKind
from scripts.benchmark.designs import Mutant
from scripts.benchmark.score import (
    Call,
    Place,
    Score,
    Truth,
    own_calls,
    read_calls,
    score_sample,
    summarise,
    z_score,
)
from scripts.benchmark.table import misses
from tests.benchmark_builders import END_OF_UNIT, EXON, FIRST, MUTANT, REFERENCE, UNIT

PLACE = Place(REFERENCE, FIRST)


def call_of(mutant: Mutant, at: int | None = None, **changes: object) -> Call:
    """A call that inserts the bases of a mutant after the base before `at`."""
    start = mutant.start if at is None else at
    anchor = REFERENCE[start - 1]
    call = Call(FIRST + start - 1, anchor, anchor + mutant.inserted, len(mutant.inserted), 0.2)
    return replace(call, **changes)  # type: ignore[arg-type]


def score(mutants: tuple[Mutant, ...], *calls: Call) -> Score:
    return score_sample(Truth("S", 1000, mutants), calls, PLACE)


def test_a_duplication_written_at_its_other_end_is_exact() -> None:
    assert score((MUTANT,), call_of(MUTANT, END_OF_UNIT - 30)).hits[0].exact


def test_a_call_of_the_right_length_elsewhere_is_found_but_not_exact() -> None:
    result = score((MUTANT,), call_of(MUTANT, END_OF_UNIT + 3))
    assert result.hits[0].call is not None
    assert not result.hits[0].exact
    assert result.false == ()


def test_a_call_counts_for_one_mutant_and_what_is_left_is_false() -> None:
    wrong = call_of(Mutant(END_OF_UNIT + 3, UNIT, 0.1))
    result = score((MUTANT,), wrong, call_of(MUTANT), call_of(MUTANT))
    assert result.hits[0].exact
    assert len(result.false) == 2


def test_the_exact_call_is_matched_before_one_of_the_same_length() -> None:
    other = Mutant(EXON.start + 40, REFERENCE[EXON.start + 10 : EXON.start + 40], 0.1)
    result = score((MUTANT, other), call_of(other), call_of(MUTANT))
    assert [hit.exact for hit in result.hits] == [True, True]


def test_an_insertion_called_an_itd_is_not_exact() -> None:
    inserted = replace(MUTANT, kind=EventKind.INSERTION)
    assert not score((inserted,), call_of(MUTANT, kind=EventKind.ITD)).hits[0].exact
    assert score((inserted,), call_of(MUTANT, kind=None)).hits[0].exact


HEADER = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
THREE_COPIES = replace(MUTANT, inserted=2 * UNIT)


@pytest.mark.parametrize(
    ("shown", "open_ended", "short"),
    [(0, True, True), (2, True, True), (3, True, False), (2, False, False), (None, True, False)],
)
def test_fewer_copies_are_a_short_answer_where_reads_show_no_more_and_the_call_says_so(
    shown: int | None, open_ended: bool, short: bool
) -> None:
    call = call_of(MUTANT, open_ended=open_ended)
    result = score_sample(Truth("S", 1000, (THREE_COPIES,), (shown,)), [call], PLACE)
    assert result.hits[0].short is short
    assert len(result.false) == (not short)
    row = summarise("own", "set", [result])
    assert (row.itds, row.found, row.exact, row.short) == (1, 0, 0, short)
    assert row.mean_z is None
    assert ("fewer copies, as far as reads can tell" in misses(result, [shown])[0]) is short


def test_a_whole_answer_is_exact_and_another_unit_is_false_whatever_reads_show() -> None:
    whole = call_of(THREE_COPIES, open_ended=True)
    other = call_of(replace(MUTANT, inserted=UNIT[1:]), open_ended=True)
    for call, exact in ((whole, True), (other, False)):
        result = score_sample(Truth("S", 1000, (THREE_COPIES,), (0,)), [call], PLACE)
        assert result.hits[0].exact is exact
        assert not result.hits[0].short


def test_own_calls_say_whether_there_may_be_more_copies(tmp_path: Path) -> None:
    two, three = call_of(MUTANT), call_of(THREE_COPIES)
    remarks = {two: "more copies cannot be excluded, and then a lower VAF: ...", three: ""}
    records = "".join(
        f"chr13\t{one.position}\t.\t{one.ref}\t{one.alt}\t.\tPASS\tKIND=ITD\tAF\t0.2\n"
        for one in remarks
    )
    with gzip.open(tmp_path / "S.itd.vcf.gz", "wt") as file:
        file.write(HEADER + records)
    events = [{"pos": c.position, "alt": c.alt, "remark": text} for c, text in remarks.items()]
    (tmp_path / "S.flt3.json").write_text(json.dumps({"itd": {"events": events}}))
    calls = own_calls(str(tmp_path / "S"), PLACE)
    assert [call.open_ended for call in calls] == [True, False]


def test_a_missed_mutant_is_counted_and_told_with_its_fragments() -> None:
    result = score((MUTANT,))
    row = summarise("own", "set", [result])
    assert (row.itds, row.found, row.exact, row.false, row.mean_z) == (1, 0, 0, 0, None)
    assert misses(result, [2])[0].startswith("S: missed: ITD of 30 bases")
    assert ", 2 fragments show it" in misses(result, [2])[0]


def test_z_is_one_at_one_standard_deviation_of_binomial_noise() -> None:
    noise = math.sqrt(0.2 * 0.8 / 850)
    assert z_score(0.2 + noise, 0.2, 1000) == pytest.approx(1.0)
    assert z_score(0.2 - 2 * noise, 0.2, 1000) == pytest.approx(-2.0)


def test_a_row_pools_errors_intervals_time_and_memory() -> None:
    noise = math.sqrt(0.2 * 0.8 / 850)
    calls = [
        call_of(MUTANT, vaf=0.2 + 2 * noise, interval=(0.21, 0.3)),
        call_of(MUTANT, vaf=0.2 - noise, interval=(0.1, 0.21)),
    ]
    row = summarise("own", "set", [score((MUTANT,), call) for call in calls], [1, 5, 3], [50, 80])
    assert row.mean_z == pytest.approx(0.5)
    assert row.rms_z == pytest.approx(math.sqrt(2.5))
    assert (row.intervals, row.coverage) == (2, 0.5)
    assert (row.seconds, row.megabytes) == (3, 80)


def calls_in(path: Path, line: str) -> list[Call]:
    path.write_text(HEADER + line + "\n")
    return read_calls(path, PLACE)


def test_our_own_records_are_read_with_interval_and_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf.gz"
    line = "chr13\t28034000\t.\tA\tAGGG\t.\tPASS\tKIND=insertion\tAF:AD:AFCI\t0.25:30,10:0.1,0.4\n"
    with gzip.open(path, "wt") as file:
        file.write(HEADER + line)
    assert read_calls(path, PLACE) == [
        Call(28034000, "A", "AGGG", 3, 0.25, (0.1, 0.4), EventKind.INSERTION)
    ]


def test_records_that_did_not_pass_or_insert_nothing_are_no_calls(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    assert calls_in(path, "chr13\t28034000\t.\tA\tAGGG\t.\tlow_support\t.") == []
    assert calls_in(path, "chr13\t28034000\t.\tAGG\tA\t.\tPASS\t.") == []


def test_a_symbolic_duplication_is_spelled_out(tmp_path: Path) -> None:
    position = FIRST + END_OF_UNIT - 30 - 1
    base = REFERENCE[END_OF_UNIT - 31]
    line = (
        f"chr13\t{position}\t.\t{base}\t<DUP:TANDEM>\t.\t.\tEND={FIRST + END_OF_UNIT - 1};SVLEN=30"
    )
    (call,) = calls_in(tmp_path / "a.vcf", line)
    assert call.length == 30
    assert score((MUTANT,), call).hits[0].exact


@pytest.mark.parametrize(
    ("info", "cells", "vaf"),
    [
        ("AF=0.2", "", 0.2),
        (".", "\tFREQ\t12.5%", 0.125),
        (".", "\tAD\t30,10", 0.25),
        (".", "\tAD\t0,0", None),
        ("AF=0.5", "\tAF\t0.1", 0.1),
    ],
)
def test_where_a_vaf_is_found(tmp_path: Path, info: str, cells: str, vaf: float | None) -> None:
    (call,) = calls_in(tmp_path / "a.vcf", f"chr13\t28034000\t.\tA\tAGGG\t.\t.\t{info}{cells}")
    assert call.vaf == vaf


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.vcf: line 3: not a VCF record"):
        calls_in(tmp_path / "a.vcf", "chr13\tnowhere\t.\tA\tAG\t.\t.\t.")

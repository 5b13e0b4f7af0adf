"""The benchmark: what it simulates is what it says, and its scorer tells right from wrong."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from scripts.benchmark.designs import BenchmarkSet, Design, Mutant
from scripts.benchmark.flt3 import telling_arguments
from scripts.benchmark.plans import between_primers, plan_samples
from scripts.benchmark.process import Peer, run_measured
from scripts.benchmark.published import read_itds
from scripts.benchmark.reads import (
    fragments_showing,
    junction,
    on_chromosome,
    simulated,
    template_region,
)
from scripts.benchmark.score import (
    Row,
)
from scripts.benchmark.sets import SETS
from scripts.benchmark.table import BEGIN, END, benchmark_text, update_page
from tests.benchmark_builders import END_OF_UNIT, EXON, FIRST, LOCUS, MUTANT, REFERENCE, UNIT


def named(name: str) -> BenchmarkSet:
    return next(one for one in SETS if one.name == name)


# --- sets --------------------------------------------------------------------------------------


def test_samples_depend_on_the_seed_and_not_on_how_many_there_are() -> None:
    one = named("capture150")
    few, many = plan_samples(one, 1, quick=True), plan_samples(one, 1, quick=False)
    assert few == many[: len(few)]
    assert plan_samples(one, 2, quick=True) != few


@pytest.mark.parametrize("one", SETS, ids=lambda one: one.name)
def test_the_mutants_of_a_sample_differ_and_leave_wild_type(one: BenchmarkSet) -> None:
    for plan in plan_samples(one, 7, quick=True):
        sequences = {mutant.sequence(REFERENCE) for mutant in plan.mutants}
        assert len(sequences) == len(plan.mutants)
        assert REFERENCE not in sequences
        assert sum(mutant.vaf for mutant in plan.mutants) < 1
        begin, end = template_region(one, plan.mutants, LOCUS)
        reach = one.library.fragment_mean + 3 * one.library.fragment_sd
        for mutant in plan.mutants:
            if not one.amplicon:
                assert begin + reach < mutant.start < end - reach


def test_the_designs_are_what_their_names_say() -> None:
    for plan in plan_samples(named("same_length"), 3, quick=False):
        first, second = plan.mutants
        assert len(first.inserted) == len(second.inserted)
    for plan in plan_samples(named("similar"), 3, quick=False):
        first, second = plan.mutants
        assert 1 <= len(second.inserted) - len(first.inserted) <= 6
    for plan in plan_samples(named("imperfect"), 3, quick=False):
        (mutant,) = plan.mutants
        copies = [
            REFERENCE[begin : begin + len(mutant.inserted)]
            for begin in (mutant.start, mutant.start - len(mutant.inserted))
        ]
        differences = [
            sum(one != other for one, other in zip(mutant.inserted, copy, strict=True))
            for copy in copies
        ]
        assert 1 in differences
    far = []
    for plan in plan_samples(named("both_alleles"), 3, quick=False):
        (mutant,), (normal,) = plan.mutants, plan.normal
        assert normal.change == mutant.beside
        assert normal.share == pytest.approx(1 - mutant.vaf)
        far.append(max(normal.change.start - mutant.start, mutant.start - normal.change.end))
    assert max(far) > 300
    assert all(not plan.mutants for plan in plan_samples(named("wild_type"), 3, quick=False))


def test_a_follow_up_of_zero_knows_an_itd_that_the_sample_lacks() -> None:
    (plan,) = plan_samples(named("follow_up_zero"), 3, quick=True)
    assert plan.mutants == ()
    assert len(plan.earlier) == 1


def test_lengths_fillers_and_frames_are_mixed() -> None:
    mutants = [plan.mutants[0] for plan in plan_samples(named("capture150"), 1, quick=False)]
    in_frame = sum(len(mutant.inserted) % 3 == 0 for mutant in mutants)
    assert 0.5 < in_frame / len(mutants) < 0.95
    copies = [REFERENCE[m.start - len(m.inserted) : m.start] == m.inserted for m in mutants]
    assert 0.4 < sum(copies) / len(copies) < 0.8


def test_the_grid_lies_between_the_primers() -> None:
    first, last = between_primers(LOCUS)
    assert last - first == 201
    for plan in plan_samples(named("amplicon_grid"), 1, quick=False):
        (mutant,) = plan.mutants
        begin = mutant.start - len(mutant.inserted)
        assert first <= begin
        assert mutant.start <= last
        assert REFERENCE[begin : mutant.start] == mutant.inserted


PUBLISHED = "id\tinserted_seq_plus\tdup_start_hg38\tdup_end_hg38\tapprox_vaf\n"
INTERVAL = f"{FIRST + END_OF_UNIT - 30}\t{FIRST + END_OF_UNIT - 1}"


def test_published_itds_are_placed_by_where_the_copy_stands(tmp_path: Path) -> None:
    path = tmp_path / "itds.tsv"
    path.write_text(
        f"{PUBLISHED}a\tGG{UNIT}\t{INTERVAL}\t0.3\nb\t{UNIT}GG\t{INTERVAL}\t0.001\nc\tACGT\t\t\t\n"
    )
    first, second = read_itds(path)
    assert (first.start, first.vaf) == (END_OF_UNIT, 0.3)
    assert (second.start, second.vaf) == (END_OF_UNIT - 30, 0.02)
    (plan, _) = plan_samples(named("published"), 1, quick=False, published=[first, second])
    mutated = plan.mutants[0].sequence(REFERENCE)
    assert mutated[END_OF_UNIT - 30 :].startswith(f"{UNIT}GG{UNIT}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id\tlength\n", "row 1: columns are missing: inserted_seq_plus dup_start_hg38"),
        (f"{PUBLISHED}a\tACGTACGT\t{INTERVAL}\t0.3\n", "row 2: inserted_seq_plus neither begins"),
        (f"{PUBLISHED}a\t{UNIT}\tx\t3\t0.3\n", "row 2: not a number"),
        (PUBLISHED, "no row has a duplicated interval"),
    ],
)
def test_a_table_of_itds_that_does_not_fit_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "itds.tsv"
    path.write_text(text)
    with pytest.raises(UserError, match=f"itds.tsv: {message}"):
        read_itds(path)


# --- reads -------------------------------------------------------------------------------------


def test_fragments_that_show_the_junction_follow_vaf_and_depth() -> None:
    one = replace(named("capture150"), depth=20_000)
    (plan, *_) = plan_samples(one, 1, quick=True)
    plan = replace(plan, mutants=(replace(MUTANT, vaf=0.1),))
    shown = fragments_showing(simulated(one, plan, one.depth, 1), 1)
    assert shown / (0.77 * one.depth * 0.1) == pytest.approx(1.0, abs=0.1)


def test_sets_with_baits_have_few_fragments_beside_the_exons() -> None:
    one = named("targets150")
    (plan, *_) = plan_samples(one, 1, quick=True)
    wild = replace(plan, mutants=())
    fragments = simulated(one, wild, one.depth, 1).fragments
    begin, _ = template_region(one, (), LOCUS)

    def over(base: int) -> int:
        within = fragments.start <= base - begin
        return int((within & (fragments.start + fragments.length > base - begin)).sum())

    middle = over((EXON.start + EXON.end) // 2)
    assert over(EXON.end + 100) < 0.6 * middle
    assert over(EXON.end + 250) < 0.1 * middle


def test_the_junction_lies_between_the_copies_and_holds_the_filler() -> None:
    filled = Mutant(END_OF_UNIT, "T" * 6 + UNIT, 0.2)
    begin, end = junction(REFERENCE, filled.sequence(REFERENCE))
    assert begin <= END_OF_UNIT + 1
    assert end >= END_OF_UNIT + 5
    assert end - begin <= 8


def test_a_mismatch_between_the_copies_does_not_widen_the_junction() -> None:
    other = "A" if UNIT[20] != "A" else "C"
    imperfect = Mutant(END_OF_UNIT, UNIT[:20] + other + UNIT[21:], 0.2)
    assert junction(REFERENCE, imperfect.sequence(REFERENCE)) == junction(
        REFERENCE, MUTANT.sequence(REFERENCE)
    )


def test_amplicon_reads_are_exact_numbers_of_full_length_products() -> None:
    one = named("amplicon_grid")
    (plan, *_) = plan_samples(one, 1, quick=True)
    fragments = simulated(one, plan, one.depth, 1).fragments
    owners = fragments.molecules().tolist()
    assert (owners.count(0), owners.count(1)) == (1000, 1000)
    mutant = plan.mutants[0]
    first, last = between_primers(LOCUS)
    product = last - first + 27 + 26
    assert set(fragments.length.tolist()) == {product, product + len(mutant.inserted)}


def test_alignments_move_to_the_chromosome() -> None:
    lines = [
        b"@SQ\tSN:chr13\tLN:22000\n",
        b"@RG\tID:S\n",
        b"r\t65\tchr13\t10\t60\t4S6M\t=\t30\t20\tACGT\t*\tNM:i:0\tSA:Z:chr13,7,+,4M6S,60,1;\tAS:i:3\n",
        b"u\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\t*\n",
    ]
    size, group, moved, unmapped = on_chromosome(lines)
    assert size == f"@SQ\tSN:chr13\tLN:{CHROMOSOME_LENGTH['GRCh38']}\n".encode()
    assert (group, unmapped) == (lines[1], lines[3])
    fields = moved.decode().rstrip("\n").split("\t")
    assert fields[3] == str(FIRST + 9)
    assert fields[7] == str(FIRST + 29)
    assert fields[12] == f"SA:Z:chr13,{FIRST + 6},+,4M6S,60,1;"
    assert fields[13] == "AS:i:3"


# --- processes ---------------------------------------------------------------------------------


def test_a_process_is_measured_without_the_memory_of_the_benchmark(tmp_path: Path) -> None:
    held = bytearray(150_000_000)
    code = "x = bytearray(60_000_000); print('said'); raise SystemExit(3)"
    measured = run_measured([sys.executable, "-c", code], tmp_path / "log")
    assert measured.status == 3
    assert 60 < measured.megabytes < 120 < len(held) / 1e6
    assert (tmp_path / "log").read_text() == "said\n"


# --- peers and page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool", "expected 'NAME=command"),
        ("tool=run {bam}", "the VCF that the command writes, is needed"),
        ("tool=run {bam} {out} {genome}", "allowed are bam"),
        ("tool=awk '{' {out}", "write {{ and }} for braces"),
    ],
)
def test_a_peer_that_cannot_be_run_is_refused(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        Peer.of(text)


ROW = Row("flt3itd", "capture150", 60, 60, 60, 59, 0, 1, 0.0123, 1.1, 59, 0.95, 0.51, 64.2, 0)


def test_the_table_names_callers_and_failures_only_where_there_are_any() -> None:
    alone = benchmark_text([ROW], [], ["--quick"], others=())
    assert 'make bench BENCH_ARGUMENTS="--quick"' in alone
    cells = "| capture150 | 60 | 60 | 60 | 59 | 1 | 0.01 | 1.10 | 95.0% of 59 | 0.51 | 64 |"
    assert cells in alone
    assert "failed" not in alone
    both = benchmark_text([ROW, replace(ROW, caller="peer", failed=2)], [], [], others=())
    assert "| peer | capture150 |" in both
    assert "failed" in both
    short = benchmark_text([ROW, replace(ROW, short=4)], [], [], others=())
    assert "| exact | short | false |" in short
    assert "| 60 | 59 | 4 | 1 |" in short


def test_the_command_in_the_page_does_not_say_where_files_went() -> None:
    given = ["--quick", "--table", "a.tsv", "--seed", "3", "--work=there", "--update", "page.md"]
    assert telling_arguments(given) == ["--quick", "--seed", "3"]


def test_only_the_marked_part_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nbehind\n")
    update_page(page, "new\n")
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nbehind\n"
    page.write_text("no marks\n")
    with pytest.raises(UserError, match=r"page\.md: the lines"):
        update_page(page, "new\n")
    assert page.read_text() == "no marks\n"


def test_every_design_is_benchmarked() -> None:
    assert {one.design for one in SETS} == set(Design)

"""`make bench`: simulate samples whose ITDs are known, call them, and score the calls.

Every sample is a process of its own, timed; the interval sets alone are called inside the
benchmark, because they need many samples. The samples depend on the seed and nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from flt3itd import cli
from flt3itd.commands.arguments import positive
from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.locus.flt3 import flt3_locus
from scripts.benchmark.designs import BenchmarkSet, SamplePlan
from scripts.benchmark.effort import Effort
from scripts.benchmark.molecules import run_molecules
from scripts.benchmark.plans import plan_samples
from scripts.benchmark.process import (
    OWN_NAME,
    Measured,
    Peer,
    SpeedRow,
    measure_speed,
    own_command,
    own_process,
    run_measured,
    without_warnings,
    write_chromosome,
)
from scripts.benchmark.published import read_itds
from scripts.benchmark.reads import Making, Reads, make_reads, write_reference
from scripts.benchmark.residual import run_residual
from scripts.benchmark.score import (
    Call,
    Place,
    Row,
    Score,
    Truth,
    own_calls,
    read_calls,
    score_sample,
    summarise,
)
from scripts.benchmark.sets import LONG_READS, SETS
from scripts.benchmark.table import benchmark_text, misses, update_page
from scripts.command import run

SPEED_DEPTHS = (1000, 20_000, 60_000)
MOLECULES, RESIDUAL = "molecules", "residual"
"""The sets with UMIs, run only where they are named."""
SPEED = "speed"
"""What the table of time and memory over depths is called among the sets."""
POOLED = "all capture sets"
"""Long reads, the grid (its pairs are exact numbers, not drawn) and sets with uneven depth are
left out of the pooled figures."""
_FILE_OPTIONS = ("--work", "--table", "--update")


@dataclass
class Results:
    """The scores of one caller and set, with time and memory of its processes."""

    caller: str
    one: BenchmarkSet
    scores: list[Score] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)

    def row(self) -> Row:
        """The row of the table."""
        return summarise(
            self.caller,
            self.one.name,
            self.scores,
            [each.seconds for each in self.measured],
            [each.megabytes for each in self.measured],
            sum(each.status != 0 for each in self.measured),
        )


@dataclass(frozen=True)
class Bench(Making):
    """The settings of a run that all its parts need."""

    folder: Path
    quick: bool
    jobs: int
    keep: bool
    peers: tuple[Peer, ...]
    chromosome: Path

    def score(self, one: BenchmarkSet, reads: Reads, calls: Sequence[Call]) -> Score:
        """The score of one sample."""
        plan = reads.plan
        truth = Truth(plan.name, one.depth, plan.mutants, reads.shown)
        return score_sample(truth, calls, locus_place())


def locus_place() -> Place:
    """The locus, in which calls and truth are compared."""
    locus = flt3_locus()
    return Place(locus.sequence, locus.first_position)


def run_set(bench: Bench, one: BenchmarkSet, plans: Sequence[SamplePlan]) -> list[Results]:
    """Make the samples of a set, several at once, then call them one after the other."""
    folder = bench.folder / one.name
    folder.mkdir()
    results = [Results(OWN_NAME, one)]
    with ProcessPoolExecutor(bench.jobs) as pool:
        if one.intervals_only:
            results[0].scores = list(pool.map(partial(_score_inside, bench, one, folder), plans))
            samples: Iterable[Reads] = ()
        else:
            samples = list(pool.map(partial(make_reads, bench, one, folder), plans))
    without_peers = one.follow_up or one.intervals_only or one.long_libraries
    peers = () if without_peers else bench.peers
    results += [Results(peer.name, one) for peer in peers]
    for reads in samples:
        _call_own(bench, results[0], reads, folder)
        for peer, result in zip(peers, results[1:], strict=True):
            out = folder / f"{reads.plan.name}.{peer.name}.vcf"
            command = peer.command(reads, out, bench.chromosome)
            measured = run_measured(command, out.with_suffix(".log"))
            _add(bench, result, reads, measured, partial(read_calls, out))
    if not bench.keep:
        shutil.rmtree(folder)
    return results


def _score_inside(bench: Bench, one: BenchmarkSet, folder: Path, plan: SamplePlan) -> Score:
    reads = make_reads(bench, one, folder, plan)
    prefix = f"{folder}/{plan.name}"
    with without_warnings():
        status = cli.main(own_command(one, reads, prefix))
    if status:
        raise RuntimeError(f"{plan.name}: flt3itd call ended with exit status {status}")
    calls = own_calls(prefix, locus_place())
    if not bench.keep:
        for path in (*reads.fastq, reads.bam):
            path.unlink()
    return bench.score(one, reads, calls)


def _call_own(bench: Bench, results: Results, reads: Reads, folder: Path) -> None:
    prefix = f"{folder}/{reads.plan.name}"
    known = None
    if reads.earlier is not None:
        arguments = ["call", "--bam", str(reads.earlier), "--out", f"{prefix}_earlier"]
        measured = run_measured(own_process(arguments), Path(f"{prefix}_earlier.log"))
        if measured.status:
            raise RuntimeError(f"{prefix}_earlier.log: exit status {measured.status}")
        known = Path(f"{prefix}_earlier.itd.vcf.gz")
    command = own_process(own_command(results.one, reads, prefix, known))
    measured = run_measured(command, Path(f"{prefix}.log"))
    _add(bench, results, reads, measured, partial(own_calls, prefix))
    for line in misses(results.scores[-1], reads.shown):
        sys.stderr.write(f"{line}\n")


def _add(
    bench: Bench,
    results: Results,
    reads: Reads,
    measured: Measured,
    calls_of: Callable[[Place], list[Call]],
) -> None:
    """Score what a process wrote; one that failed has called nothing and is counted."""
    calls: list[Call] = []
    if measured.status == 0:
        calls = calls_of(locus_place())
    else:
        sys.stderr.write(
            f"{reads.plan.name}: {results.caller} ended with exit status {measured.status}\n"
        )
    results.measured.append(measured)
    results.scores.append(bench.score(results.one, reads, calls))


def run_speed(bench: Bench) -> list[SpeedRow]:
    """Time and memory over the depths; a quick run leaves out the deepest.

    The fragments come from 1.9 kb: 220,000 reads at 20,000x.
    """
    one = next(each for each in SETS if each.name == "capture150")
    plan = plan_samples(one, bench.seed, quick=True)[2]
    rows = []
    for depth in SPEED_DEPTHS[: 2 if bench.quick else 3]:
        folder = bench.folder / f"{SPEED}_{depth}"
        folder.mkdir()
        deep = BenchmarkSet(SPEED, 1, 1, depth, one.library, lengths=(3, 300))
        reads = make_reads(bench, deep, folder, plan)
        rows.append(measure_speed(deep, reads, folder, depth, 3 if bench.quick else 7))
        if not bench.keep:
            shutil.rmtree(folder)
    return rows


def pooled(results: Sequence[Results]) -> list[Row]:
    """For each caller one row over all sets with drawn fragments."""
    rows = []
    for caller in dict.fromkeys(each.caller for each in results):
        scores = [
            score
            for each in results
            if each.caller == caller and each.one.pooled
            for score in each.scores
        ]
        if scores:
            rows.append(summarise(caller, POOLED, scores))
    return rows


def telling_arguments(arguments: Sequence[str]) -> list[str]:
    """The arguments that say what was run, without those that say where files go."""
    left = iter(arguments)
    told = []
    for argument in left:
        if argument in _FILE_OPTIONS:
            next(left, None)
        elif not argument.startswith(tuple(f"{option}=" for option in _FILE_OPTIONS)):
            told.append(argument)
    return told


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").split("\n")[0])
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--quick", action="store_true", help="few samples: about four minutes")
    effort.add_argument(
        "--full",
        action="store_true",
        help="the sets molecules and residual with all samples and files: hours",
    )
    parser.add_argument("--seed", type=int, default=1, help="[%(default)s]")
    parser.add_argument(
        "--sets",
        nargs="+",
        metavar="SET",
        choices=[*(one.name for one in SETS), SPEED, MOLECULES, RESIDUAL],
        help="only these sets: %(choices)s",
    )
    parser.add_argument(
        "--reads", choices=("own", "art"), default="own", help="who simulates the reads [own]"
    )
    parser.add_argument(
        "--pairs",
        type=int,
        nargs="+",
        metavar="N",
        help="read pairs that the set residual measures speed and memory with",
    )
    parser.add_argument(
        "--samples",
        type=positive,
        metavar="N",
        help="samples of each depth of the set molecules, and of each dilution of residual",
    )
    parser.add_argument("--itds", type=Path, help="table of published ITDs: adds a set")
    parser.add_argument(
        "--peer",
        action="append",
        default=[],
        metavar="NAME=COMMAND",
        help="another caller in the same run; its shell command with {bam} or {fastq1} {fastq2}, "
        "{out} (the VCF that it writes), and, if needed, {reference}, {sample}, {folder}",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="samples that are made at the same time [%(default)s]",
    )
    parser.add_argument("--work", type=Path, help="keep all files in this new folder")
    parser.add_argument("--table", type=Path, help="write the table as TSV")
    parser.add_argument("--update", type=Path, help="put the tables into this page")
    return parser.parse_args()


def _chosen_sets(args: argparse.Namespace) -> list[BenchmarkSet]:
    chosen = []
    for one in SETS:
        wanted = {one.name, LONG_READS} if one.long_libraries else {one.name}
        if args.sets is not None and not wanted & set(args.sets):
            continue
        if one.name == "published" and args.itds is None:
            if args.sets is not None:
                raise UserError("--sets published: give the table of ITDs with --itds")
            continue
        chosen.append(one)
    return chosen


def _with_umis(bench: Bench, args: argparse.Namespace) -> list[list[str]]:
    """The tables of the sets with UMIs that were asked for."""
    wanted = args.sets or ()
    folder = bench.folder / "umis"
    folder.mkdir()
    made, jobs = args.samples, bench.jobs
    effort = Effort.of(quick=args.quick, full=args.full)
    tables = []
    if MOLECULES in wanted:
        sys.stderr.write(f"{MOLECULES} ...\n")
        tables.append(run_molecules(folder, bench.seed, effort=effort, jobs=jobs, samples=made))
    if RESIDUAL in wanted:
        sys.stderr.write(f"{RESIDUAL} ...\n")
        pairs = args.pairs or ()
        tables.append(
            run_residual(folder, bench.seed, effort=effort, jobs=jobs, samples=made, pairs=pairs)
        )
    return tables


def benchmark(args: argparse.Namespace, folder: Path) -> None:
    """Run the chosen sets; print the table, and write it where it was asked for."""
    if args.jobs < 1:
        raise UserError(f"--jobs: found {args.jobs}, expected a whole number from 1")
    peers = tuple(map(Peer.of, args.peer))
    published = read_itds(args.itds) if args.itds is not None else []
    sets = _chosen_sets(args)
    bench = Bench(
        folder=folder,
        reference=write_reference(folder),
        seed=args.seed,
        quick=args.quick,
        art=args.reads == "art",
        jobs=args.jobs,
        keep=args.work is not None,
        peers=peers,
        chromosome=write_chromosome(folder) if any(p.wants_reference() for p in peers) else folder,
    )
    results: list[Results] = []
    for one in sets:
        sys.stderr.write(f"{one.name} ...\n")
        plans = plan_samples(one, args.seed, quick=args.quick, published=published)
        results += run_set(bench, one, plans)
    rows = [each.row() for each in results] + pooled(results)
    speed = run_speed(bench) if args.sets is None or SPEED in args.sets else []
    others = _with_umis(bench, args)
    text = benchmark_text(rows, speed, telling_arguments(sys.argv[1:]), others)
    sys.stdout.write(text)
    if args.table is not None:
        write_table(args.table, Row, rows)
    if args.update is not None:
        update_page(args.update, text)


def main() -> None:
    """Run the benchmark from the command line."""
    args = _arguments()
    for program in ("bwa", "samtools", *(["art_illumina"] if args.reads == "art" else [])):
        if shutil.which(program) is None:
            raise UserError(f"{program} is not on PATH; install it or run `make setup`")
    if args.work is None:
        with tempfile.TemporaryDirectory(prefix="flt3itd_bench_") as name:
            benchmark(args, Path(name))
        return
    try:
        args.work.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"--work {args.work}: cannot be made: {error.strerror}") from error
    benchmark(args, args.work.resolve())


if __name__ == "__main__":
    run(main)

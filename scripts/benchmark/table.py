"""The benchmark in words: its tables as Markdown, its misses as lines, its place in the docs."""

from __future__ import annotations

import os
import platform
import shlex
from collections.abc import Sequence
from pathlib import Path

from flt3itd import __version__
from flt3itd.common.errors import UserError
from scripts.benchmark.process import SpeedRow
from scripts.benchmark.score import Row, Score
from scripts.command import write_whole

BEGIN, END = "<!-- benchmark: written by make bench -->", "<!-- end of benchmark -->"


def benchmark_text(
    rows: Sequence[Row],
    speed: Sequence[SpeedRow],
    arguments: Sequence[str],
    others: Sequence[Sequence[str]],
) -> str:
    """Machine, command and tables as Markdown; `others` are the lines of further tables."""
    command = "make bench"
    if arguments:
        command += f' BENCH_ARGUMENTS="{shlex.join(arguments)}"'
    lines = [f"flt3itd {__version__}, {machine()}: `{command}`"]
    if rows:
        lines += ["", *set_table(rows)]
    if speed:
        lines += ["", *speed_table(speed)]
    for table in others:
        lines += ["", *table]
    return "\n".join(lines) + "\n"


def set_table(rows: Sequence[Row]) -> list[str]:
    """The rows of all sets; a column for the caller only when there are several."""
    failed, short = any(row.failed for row in rows), any(row.short for row in rows)
    titles = [
        *("set", "samples", "ITDs", "found", "exact", *["short"] * short, "false"),
        *("mean z", "rms z"),
        *("in interval", "seconds", "MB"),
    ]
    several = len({row.caller for row in rows}) > 1
    body = []
    for row in rows:
        inside = f"{row.coverage:.1%} of {row.intervals}" if row.coverage is not None else ""
        body.append(
            [
                *([row.caller] if several else []),
                *(row.set, row.samples, row.itds, row.found, row.exact),
                *([row.short] if short else []),
                row.false,
                *(_number(row.mean_z, 2), _number(row.rms_z, 2), inside),
                *(_number(row.seconds, 2), _number(row.megabytes, 0)),
                *([row.failed] if failed else []),
            ]
        )
    head = ["caller"] * several + titles + ["failed"] * failed
    return markdown(head, body, left=1 + several)


def speed_table(rows: Sequence[SpeedRow]) -> list[str]:
    """Times of whole processes over the depths."""
    titles = [
        *("depth", "reads", "`flt3itd call` s", "of it interpreter start", "and libraries"),
        *("`samtools view -c` s", "(call - start) / samtools", "MB"),
    ]
    body = [
        [
            *(row.depth, row.reads, _number(row.call_seconds, 2), _number(row.start_seconds, 2)),
            *(_number(row.import_seconds, 2), _number(row.samtools_seconds, 3)),
            *(_number(row.ratio, 1), _number(row.megabytes, 0)),
        ]
        for row in rows
    ]
    return markdown(titles, body, left=0)


def misses(score: Score, shown: Sequence[int | None]) -> list[str]:
    """A line for each mutant that was not called exactly, and for each call of no mutant."""
    lines = []
    for hit, fragments in zip(score.hits, shown, strict=True):
        if hit.exact:
            continue
        mutant = hit.mutant
        seen = "" if fragments is None else f", {fragments} fragments show it"
        how = "missed" if hit.call is None else f"not exact (called {hit.call})"
        if hit.short:
            how = f"fewer copies, as far as reads can tell (called {hit.call})"
        lines.append(
            f"{score.sample}: {how}: {mutant.kind} of {len(mutant.inserted)} bases at locus "
            f"{mutant.start}, VAF {mutant.vaf:g}{seen}: {mutant.inserted}"
        )
    return lines + [f"{score.sample}: false: {call}" for call in score.false]


def update_page(path: Path, text: str) -> None:
    """Replace what stands between the two marks of a page. Raises UserError."""
    try:
        page = path.read_text("utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    before, begin, rest = page.partition(BEGIN)
    _, end, behind = rest.partition(END)
    if not begin or not end:
        raise UserError(f"{path}: the lines {BEGIN!r} and {END!r} must stand in the page")
    write_whole(path, f"{before}{BEGIN}\n{text}{END}{behind}")


def machine() -> str:
    """The processor and how many of its cores there are."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                name = " ".join(line.partition(":")[2].split())
                break
    except OSError:
        pass
    return f"{os.cpu_count()} cores of {name}"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def markdown(titles: Sequence[object], body: Sequence[Sequence[object]], left: int) -> list[str]:
    """A table, of which the first columns are text and the others numbers."""
    marks = ["---"] * left + ["--:"] * (len(titles) - left)
    rows = (titles, marks, *body)
    return ["| " + " | ".join(map(str, row)) + " |" for row in rows]

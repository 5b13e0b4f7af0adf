"""What a run ends with: where the reports are, what was found, and what failed and why."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flt3itd.common.plurals import counted
from flt3itd.records import Status
from scripts.records.failure import FAILED, Failure

MOST_LINES = 20
"""Samples, and failures, that have a line each; of more the rest is counted."""
WIDTH = 180
_LONGEST_NAME = 32


def read_summary(table: Path) -> list[dict[str, str]]:
    """The rows of a summary as strings by column; none where it is not there."""
    try:
        with table.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))
    except OSError:
        return []


def words_of_success(output: Path, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The lines after a run that came to its end; `rows` are those of summary.tsv."""
    place = output.absolute()
    return [
        *_found(rows),
        f"Reports of samples:   {place}/<sample>/report.html",
        f"Reports of patients:  {place}/patients/<patient>/report.html",
        f"All together:         {place}/cohort/report.html",
        f"Table of all samples: {place}/summary.tsv",
    ]


def words_of_failure(
    output: Path,
    failed: Sequence[Failure],
    rows: Sequence[Mapping[str, str]],
    done: int,
    total: int,
    partial: Sequence[str],
    *,
    keeps_going: bool,
) -> list[str]:
    """The lines after a run that did not.

    `rows` are those of summary.partial.tsv, `partial` what was written of the samples that have a
    report; `done` of `total` steps have ended. `keeps_going`: a failure did not stop the others.
    """
    reported = [row for row in rows if row["itd_status"]]
    place = output.absolute()
    if not failed:
        lines = [f"The run was stopped: {done} of {total} steps are done."]
    else:
        samples = {one.sample for one in failed if one.sample}
        of = f", in {counted(len(samples), 'sample')}" if samples else ""
        lines = [f"The run is not complete: {counted(len(failed), 'step')} failed{of}."]
    for one in failed[:MOST_LINES]:
        lines += _wrapped(f"  {one.of}: {one.reason}")
        lines += [f"      log: {one.log}"] if one.log else []
    if len(failed) > MOST_LINES:
        lines.append(f"  and {len(failed) - MOST_LINES} more")
    if failed:
        lines.append(f"All that failed: {place}/{FAILED}")
    failing = {one.sample for one in failed}
    waiting = [
        row["sample"] for row in rows if row not in reported and row["sample"] not in failing
    ]
    if waiting:
        names = textwrap.shorten(", ".join(waiting), WIDTH - 30, placeholder=" ...")
        lines.append(f"Without a report, too ({len(waiting)}): {names}")
    if reported:
        lines.append(f"What was found in the {counted(len(reported), 'sample')} with a report:")
        lines += _found(reported)
        lines.append(f"Reports of samples:   {place}/<sample>/report.html")
    lines += [f"Of these alone:       {place}/{name}" for name in partial]
    mend = "mend what is named above, and " if failed else ""
    text = f"To go on: {mend}type the same command again; what is done stays"
    text += f" ({done} of {total} steps)."
    if failed and not keeps_going:
        text += " With --keep-going a failure does not stop the other samples."
    lines += _wrapped(text)
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
    )


def _found(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """A line for each sample, as far as there is room, and the counts."""
    width = max((min(_LONGEST_NAME, len(row["sample"])) for row in rows), default=0)
    for row in rows[:MOST_LINES]:
        words = textwrap.shorten(sample_words(row), WIDTH - width - 4, placeholder=" ...")
        yield f"  {row['sample']:<{width}}  {words}"
    if len(rows) > MOST_LINES:
        yield f"  and {counted(len(rows) - MOST_LINES, 'sample')} more, in the table"
    for title, column in (
        ("FLT3-ITD", "itd_status"),
        ("FLT3-TKD", "tkd_status"),
        ("Panel variants", "panel_status"),
    ):
        yield f"{title}: {_states(rows, column)}"
    warned = sum(row["warnings"] != "0" for row in rows)
    if warned:
        yield f"Warnings: in {counted(warned, 'sample')}, told in the reports"


def sample_words(row: Mapping[str, str]) -> str:
    """What was found in a sample, in one line."""
    itd, tkd = _state(row["itd_status"]), _state(row["tkd_status"])
    panel = _state(row["panel_status"])
    if row["itd_status"] == Status.DETECTED:
        lengths = row["itd_lengths_bp"].replace("; ", " + ")
        itd = f"{lengths} bp, {_ratio(row['itd_total_ar'], row['itd_total_ar_low'])}"
    elif row["itd_status"] == Status.NOT_DETECTED and row.get("itd_longest_assessable"):
        itd += f" up to {row['itd_longest_assessable']} bp"
    if row["tkd_status"] == Status.DETECTED:
        tkd = row["tkd_mutations"].replace("; ", ", ")
    if row["panel_status"] == Status.DETECTED:
        panel = counted(int(row["panel_variant_count"]), "variant")
    return f"ITD: {itd}; TKD: {tkd}; panel: {panel}; quality: {_state(row['quality'])}"


def _states(rows: Sequence[Mapping[str, str]], column: str) -> str:
    """How many samples have which answer; not assessable is never hidden in the rest."""
    detected = sum(row[column] == Status.DETECTED for row in rows)
    unknown = sum(row[column] == Status.NOT_ASSESSABLE for row in rows)
    text = f"detected in {detected} of {counted(len(rows), 'sample')}"
    return f"{text}, {unknown} not assessable" if unknown else text


def _state(status: str) -> str:
    return status.replace("_", " ")


def _ratio(value: str, low: str) -> str:
    """The total allelic ratio; without wild type it is empty, and its lower bound is known."""
    if value not in ("", "inf"):
        return f"AR {float(value):.3g}"
    return f"no wild type seen, AR above {float(low):.3g}" if low else "no wild type seen"

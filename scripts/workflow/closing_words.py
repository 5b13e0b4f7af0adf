"""What a run ends with: where the reports are, what was found, and what failed and why."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class UnfinishedRun:
    """A run that did not come to its end: some steps failed, or it was stopped.

    `rows` are those of summary.partial.tsv, `partial` what was written of the samples that have a
    report; `done` of `total` steps have ended. `keeps_going`: a failure did not stop the others.
    """

    output: Path
    failed: Sequence[Failure]
    rows: Sequence[Mapping[str, str]]
    done: int
    total: int
    partial: Sequence[str] = ()
    keeps_going: bool = False

    def words(self) -> list[str]:
        """The lines after it: what failed and why, what was found, and how to go on."""
        return [*self._failures(), *self._samples(), *_wrapped(self._how_to_go_on())]

    def _failures(self) -> Iterator[str]:
        if not self.failed:
            yield f"The run was stopped: {self.done} of {self.total} steps are done."
            return
        samples = {one.sample for one in self.failed if one.sample}
        of = f", in {counted(len(samples), 'sample')}" if samples else ""
        yield f"The run is not complete: {counted(len(self.failed), 'step')} failed{of}."
        for one in self.failed[:MOST_LINES]:
            yield from _wrapped(f"  {one.of}: {one.reason}")
            if one.log:
                yield f"      log: {one.log}"
        if len(self.failed) > MOST_LINES:
            yield f"  and {len(self.failed) - MOST_LINES} more"
        yield f"All that failed: {self.output.absolute()}/{FAILED}"

    def _samples(self) -> Iterator[str]:
        """Those without a report that did not fail themselves, and what the others have."""
        place = self.output.absolute()
        failing = {one.sample for one in self.failed}
        reported = [row for row in self.rows if row["itd_status"]]
        others = [row["sample"] for row in self.rows if not row["itd_status"]]
        waiting = [sample for sample in others if sample not in failing]
        if waiting:
            names = textwrap.shorten(", ".join(waiting), WIDTH - 30, placeholder=" ...")
            yield f"Without a report, too ({len(waiting)}): {names}"
        if reported:
            yield f"What was found in the {counted(len(reported), 'sample')} with a report:"
            yield from _found(reported)
            yield f"Reports of samples:   {place}/<sample>/report.html"
        yield from (f"Of these alone:       {place}/{name}" for name in self.partial)

    def _how_to_go_on(self) -> str:
        mend = "mend what is named above, and " if self.failed else ""
        text = f"To go on: {mend}type the same command again; what is done stays"
        text += f" ({self.done} of {self.total} steps)."
        if self.failed and not self.keeps_going:
            text += " With --keep-going a failure does not stop the other samples."
        return text


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

"""Rules on files in which reads of several kinds are together, of which some were changed."""

from __future__ import annotations

from collections.abc import Iterator

from flt3itd.fitness.findings import INSERTED, Effect, Finding, percent
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Question, ReadMeasures


def groups_differ(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Reads of one lane or read group were filtered, those of others were not."""
    if m.filtered_evidence >= t.filtered_evidence:
        yield Finding(
            INSERTED,
            Effect.REMARK,
            f"no read of {m.filtered_group} (lane or read group) is clipped as far, or has a gap, "
            "as reads of others: if they were filtered, the ratios of ITDs and the limit of "
            f"detection are too low; give reads of which none was filtered",
        )
    elif m.fewer_itds >= t.fewer_itds and m.fewer_itds_ratio <= t.fewer_itds_ratio:
        yield Finding(
            (Question.ITD,),
            Effect.REMARK,
            f"reads of {m.group_with_fewer} (lane or read group) show an ITD "
            f"{percent(m.fewer_itds_ratio)} as often as others do: if they were filtered, or are "
            "of another sample, its ratio is wrong; give all reads of one sample",
        )


def captured_beside_amplicons(m: ReadMeasures, t: Thresholds) -> Iterator[Finding]:
    """Fragments that begin anywhere are among those of amplicons, which count by other rules."""
    if m.scattered >= t.scattered:
        yield Finding(
            (Question.ITD,),
            Effect.HIDES,
            f"{percent(m.scattered)} of the fragments do not begin at primers: reads of a capture "
            "are among those of the amplicons, so that the ratios of ITDs are wrong; give the "
            "reads of each library alone",
        )

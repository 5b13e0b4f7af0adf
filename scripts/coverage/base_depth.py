"""The depth of every base of the targets, as `samtools depth` wrote it, and what is told of it."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.reads.alignment import skipped_flags
from scripts.panel.read_rules import HIDDEN


@dataclass(frozen=True)
class DepthSummary:
    """The least and mean depth of some bases, and the fractions with at least some depths."""

    minimum: int
    mean: float
    fraction_at_100x: float
    fraction_at_500x: float
    fraction_at_1000x: float


DEPTH_COLUMNS = tuple(field.name for field in dataclasses.fields(DepthSummary))


def depth_options(assay: Assay) -> tuple[str, ...]:
    """What `samtools depth` counts: fragments, as far as an assay does not leave their flags out.

    -s: mates that overlap count once; -J: a fragment that deletes a base was looked at. -g takes
    away the flags that samtools leaves out by itself, -G those that are left out here. -q: bases
    of primers are hidden by a quality of 0, and cover nothing.
    """
    skipped = str(skipped_flags(assay, unmapped=True))
    hidden = ("-q", str(HIDDEN + 1)) if assay == Assay.AMPLICON else ()
    return ("-s", "-J", "-g", "UNMAP,SECONDARY,QCFAIL,DUP", "-G", skipped, *hidden)


class BaseDepth:
    """Fragments at each base of the targets; bases that the file does not name have none."""

    def __init__(self, path: Path) -> None:
        """Read lines of contig, 1-based position and fragments.

        Raises UserError when the file cannot be read or a line is something else.
        """
        self._depth: dict[str, dict[int, int]] = defaultdict(dict)
        depth = self._depth
        try:
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    contig, position, fragments = line.split("\t")
                    depth[contig][int(position) - 1] = int(fragments)
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path}: cannot be read as the output of samtools depth: {error}"
            ) from error

    def at(self, contig: str, start: int, end: int) -> list[int]:
        """The depths of an interval, 0-based half-open."""
        here = self._depth.get(contig, {})
        return [here.get(place, 0) for place in range(start, end)]


def summarise(depths: Sequence[int]) -> DepthSummary:
    """The summary of one base or more."""
    ordered = sorted(depths)
    count = len(ordered)

    def fraction(depth: int) -> float:
        return (count - bisect_left(ordered, depth)) / count

    return DepthSummary(
        ordered[0], sum(ordered) / count, fraction(100), fraction(500), fraction(1000)
    )

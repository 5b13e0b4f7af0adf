"""A template at its place in the genome of the reads: positions, and names of changes."""

from __future__ import annotations

from typing import NamedTuple

from flt3itd.locus.naming import Names, name_on
from flt3itd.locus.template import Template
from flt3itd.reads.coordinates import Placement


class LocatedTemplate(NamedTuple):
    """Coordinates are those of the template, 0-based, plus strand, unless said otherwise."""

    template: Template
    placement: Placement

    def position(self, place: int) -> int:
        """The position on the contig of the reads, 1-based."""
        return self.placement.position(self.template.to_locus(place))

    def name(self, start: int, replaced: str, inserted: str) -> Names:
        """The names of a replacement that begins at `start`."""
        return name_on(self.template, start, replaced, inserted, self.placement.build)

"""Events on one molecule: what an ITD carries beside it, and the name of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from flt3itd.insertions.flanks import PartlyBeside
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.locus.naming import NEAR, name_on
from flt3itd.locus.template import Template


@dataclass(frozen=True)
class Phase:
    """`beside` are the c. names of the small changes on the molecules of an ITD.

    `whole` is the c. name of all of it as one replacement; empty where a change is far away.
    """

    beside: tuple[str, ...] = ()
    whole: str = ""

    @property
    def remark(self) -> str:
        """The same as a sentence; empty without changes beside."""
        if not self.beside:
            return ""
        changes = " and ".join(name.rpartition(":")[2] for name in self.beside)
        return f"on the same molecules: {changes}" + (
            f"; together {self.whole}" if self.whole else ""
        )


def on_a_part(
    partly: Iterable[PartlyBeside], reference: str, template: Template, build: str
) -> str:
    """A sentence on the bases that a part of the molecules of an ITD have; empty without any."""
    found = []
    for one in partly:
        start, end = one.base.start, one.base.end
        name = name_on(template, start, reference[start:end], one.base.inserted, build).hgvs_c
        found.append(f"{name.rpartition(':')[2]} ({one.showing} of {one.over} fragments)")
    return f"on a part of its molecules: {' and '.join(found)}" if found else ""


def phase_of(haplotype: Haplotype, template: Template, build: str) -> Phase:
    """The changes on the molecules of an ITD, named on the transcript."""
    if not haplotype.beside:
        return Phase()
    reference, parts = haplotype.reference, haplotype.parts
    beside = tuple(
        name_on(template, one.start, reference[one.start : one.end], one.inserted, build).hgvs_c
        for one in haplotype.beside
    )
    spans = sorted([haplotype.segment, *((one.start, one.end) for one in haplotype.beside)])
    if max(other[0] - one[1] for one, other in pairwise(spans)) > NEAR:
        return Phase(beside)
    start, end = parts[0].start, parts[-1].end
    whole = haplotype.sequence[start : end + haplotype.length_change]
    return Phase(beside, name_on(template, start, reference[start:end], whole, build).hgvs_c)

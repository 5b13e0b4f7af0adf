"""Events on one molecule: what an ITD carries beside it, and the name of the whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from flt3itd.insertions.flanks import InCopies, PartlyBeside
from flt3itd.insertions.haplotype import Haplotype, SmallChange
from flt3itd.located import LocatedTemplate
from flt3itd.locus.naming import NEAR


@dataclass(frozen=True)
class Phase:
    """`beside` are the c. names of the small changes on the molecules of an ITD.

    `in_copies` are those that stand in each of its copies. `whole` is the c. name of all of it as
    one replacement; empty where a change is far away.
    """

    beside: tuple[str, ...] = ()
    whole: str = ""
    in_copies: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """The same as a sentence; empty without changes beside."""
        names = [name.rpartition(":")[2] for name in (*self.beside, *self.in_copies)]
        if not names:
            return ""
        if self.in_copies:
            names[-1] += " in each copy"
        changes = " and ".join(names)
        return f"on the same molecules: {changes}" + (
            f"; together {self.whole}" if self.whole else ""
        )


def on_a_part(partly: Iterable[PartlyBeside], reference: str, located: LocatedTemplate) -> str:
    """A sentence on the bases that a part of the molecules of an ITD have; empty without any."""
    found = []
    for one in partly:
        start, end = one.base.start, one.base.end
        name = located.name(start, reference[start:end], one.base.inserted).hgvs_c
        found.append(f"{name.rpartition(':')[2]} ({one.showing} of {one.over} fragments)")
    return f"on a part of its molecules: {' and '.join(found)}" if found else ""


def phase_of(
    haplotype: Haplotype, located: LocatedTemplate, in_copies: Iterable[InCopies]
) -> Phase:
    """The changes on the molecules of an ITD, and bases in each of its copies, named."""
    reference, copied = haplotype.reference, tuple(in_copies)

    def names(changes: Iterable[SmallChange]) -> tuple[str, ...]:
        return tuple(
            located.name(one.start, reference[one.start : one.end], one.inserted).hgvs_c
            for one in changes
        )

    parts = (*haplotype.beside, *(one.base for one in copied))
    if not parts:
        return Phase()
    beside, bases = names(haplotype.beside), names(one.base for one in copied)
    spans = sorted([haplotype.segment, *((one.start, one.end) for one in parts)])
    if max(other[0] - one[1] for one, other in pairwise(spans)) > NEAR:
        return Phase(beside, "", bases)
    sequence = list(haplotype.sequence)
    for one in copied:
        for place in one.places:
            sequence[place] = one.base.inserted
    start = min(one.start for one in (*haplotype.parts, *parts))
    end = max(one.end for one in (*haplotype.parts, *parts))
    whole = "".join(sequence[start : end + haplotype.length_change])
    return Phase(beside, located.name(start, reference[start:end], whole).hgvs_c, bases)

"""A c. name read back: the change that it says, and the name that the rules give this change.

Tables of variants hold names as they were published: with the bases that are lost or doubled
(c.1934dupG), as an insertion where it is a duplication, or not moved to the 3' end.
"""

from __future__ import annotations

import re

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.names import GenomicNumbering, name_change
from flt3itd.hgvs.transcript import Transcript

_PLACE = r"[-*]?\d+(?:[+-]\d+)?"
_NAME = re.compile(
    rf"c\.(?P<first>{_PLACE})(?:_(?P<last>{_PLACE}))?"
    r"(?:(?P<old>[ACGT]+)>(?P<new>[ACGT]+)|ins(?P<inserted>[ACGT]+)"
    r"|(?P<kind>del|dup|inv)(?P<own>[ACGT]*)|del(?P<lost>[ACGT]*)ins(?P<instead>[ACGT]+))"
)
_PARTS = re.compile(r"(?P<region>[-*]?)(?P<number>\d+)(?P<offset>[+-]\d+)?")


def name_by_the_rules(name: str, transcript: Transcript) -> str | None:
    """The c. name (without accession) that `name_change` gives the change of a c. name.

    None where the reference does not hold all of its bases. Raises ValueError, in a line, when the
    name is none of one change, or says bases that the transcript does not have there.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError("this is no name of one change, such as c.35G>A or c.100_102del")
    first = _place_of(found["first"], transcript)
    last = _place_of(found["last"], transcript) if found["last"] else first
    if first is None or last is None:
        return None
    if first > last:
        raise ValueError("its last base stands before its first")
    start, end = (first, last + 1) if found["inserted"] is None else (last, last)
    old = transcript.bases(start, end)
    if "N" in old or len(old) != end - start:
        return None
    if found["inserted"] is not None:
        if last - first != 1:
            raise ValueError("bases are inserted between two that stand side by side")
        new = found["inserted"]
    else:
        said = found["old"] or found["own"] or found["lost"] or old
        if said != old:
            raise ValueError(f"{transcript.accession or transcript.gene} has {old} there")
        changed = {"del": "", "dup": old + old, "inv": reverse_complement(old)}
        new = changed[found["kind"]] if found["kind"] else found["new"] or found["instead"]
    if new == old:
        raise ValueError("it changes nothing")
    if transcript.minus_strand:
        start, end, old, new = -end, -start, reverse_complement(old), reverse_complement(new)
    names = name_change(transcript, start, old, new, GenomicNumbering(transcript.contig))
    return names.hgvs_c.rsplit(":", maxsplit=1)[-1] or None


def _place_of(text: str, transcript: Transcript) -> int | None:
    """Where a base with a c. number stands on the axis; None if no exon given holds it."""
    parts = _PARTS.fullmatch(text)
    assert parts is not None  # `_NAME` has found it
    number, offset = int(parts["number"]), int(parts["offset"] or 0)
    regions = {"": number - 1, "-": -number, "*": transcript.coding_length + number - 1}
    index = regions[parts["region"]]
    if not parts["region"] and index >= transcript.coding_length:
        raise ValueError(f"the coding bases end with c.{transcript.coding_length}")
    for start, end, exon in transcript.intervals:
        place = start + index - exon.first
        if start <= place < end:
            if offset and place != (start if offset < 0 else end - 1):
                raise ValueError(f"no intron begins at c.{text}")
            return place + offset
    return None

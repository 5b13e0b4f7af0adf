"""Residues of the FLT3 kinase domain: those always reported, and published classes for a column.

A class says what was reported of mutations of a residue under FLT3 inhibitors, mostly in cells that
express the mutant, and where. It says nothing about a patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

HOTSPOTS = (676, 680, 691, 835, 836, 839, 841, 842)
"""Residues that are always reported: recurrent activating or resistance mutations (most of them
reviewed in Daver et al., Leukemia 2019;33:299)."""


class ResidueClass(NamedTuple):
    """What was reported of mutations of a residue, and the source."""

    text: str
    source: str


_COOLS = "Cools et al., Cancer Res 2004;64:6385"
_SMITH = "Smith et al., Nature 2012;485:260"
_TARVER = "Tarver et al., Blood Adv 2020;4:514"
_ACTIVATION_LOOP = (
    "activation loop: inhibitors that bind the inactive form (type II) reported weaker"
)
_CLASSES = {
    676: ResidueClass(
        "ATP-binding pocket: reported in relapse under midostaurin",
        f"Heidel et al., Blood 2006;107:293; {_COOLS}",
    ),
    691: ResidueClass(
        "gatekeeper: reported in relapse under quizartinib and gilteritinib",
        f"{_SMITH}; McMahon et al., Cancer Discov 2019;9:1050",
    ),
    693: ResidueClass("ATP-binding pocket: reported under gilteritinib in vitro", _TARVER),
    697: ResidueClass(
        "ATP-binding pocket: reported under midostaurin and gilteritinib in vitro",
        f"{_COOLS}; {_TARVER}",
    ),
    701: ResidueClass(
        "ATP-binding pocket: reported under gilteritinib", "Joshi et al., Cancer Cell 2021;39:999"
    ),
    835: ResidueClass(_ACTIVATION_LOOP, f"{_SMITH}; Smith et al., Leukemia 2015;29:2390"),
    842: ResidueClass(
        f"{_ACTIVATION_LOOP}, sorafenib in mice among them",
        f"{_SMITH}; Williams et al., Leukemia 2013;27:48",
    ),
}


def class_of(residues: Iterable[int]) -> str:
    """The classes of the residues that a change alters, with their sources; empty for none."""
    found = [_CLASSES[residue] for residue in residues if residue in _CLASSES]
    return "; ".join(dict.fromkeys(f"{one.text} ({one.source})" for one in found))

"""Reports of a sample with everything in it, and of one without reads."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from flt3itd.records import Status
from scripts.coverage.rows import ExonState
from scripts.report.model import (
    Report,
)
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    flt3_result,
    itd_event,
    itd_result,
    junction_pileup,
    known_itd,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    exon_coverage,
    panel_variant,
    report_of,
)


def full_report(folder: Path) -> Report:
    """Two ITDs, one held back, a TKD mutation, panel variants and an exon without depth."""
    held_back = itd_event(
        28_034_120, 28_034_140, vaf=0.001, status=Status.NOT_DETECTED, filter="low_vaf"
    )
    with_filler = itd_event(28_034_091, 28_034_210, filler="GGACCTTGC", vaf=0.03)
    return report_of(
        folder,
        flt3=flt3_result(
            itd=dataclasses.replace(
                itd_result(itd_event(), with_filler, held_back), known=(known_itd(),)
            ),
            tkd=tkd_result(tkd_event(), blind=(676,)),
        ),
        variants=(panel_variant(), panel_variant(gene="TP53", filter="low_vaf", vaf=0.004)),
        exons=(
            exon_coverage("NPM1", "11"),
            exon_coverage("KIT", "17", 20, status=ExonState.NOT_ASSESSABLE),
        ),
        junctions=(junction_pileup(itd_event()),),
        warnings=("the index was made again",),
    )


def blind_report(folder: Path) -> Report:
    """A sample without reads over anything."""
    return report_of(
        folder,
        flt3=flt3_result(itd=NO_ITD_ANSWER, tkd=tkd_result(status=Status.NOT_ASSESSABLE), depth=()),
        exons=(exon_coverage("FLT3", "14", 3, status=ExonState.NOT_ASSESSABLE),),
    )


def text_of(html: str) -> str:
    """What a reader sees: no style, no tags."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL))

"""Molecules with UMIs, and what ``flt3itd consensus`` makes of them."""

import json
from pathlib import Path
from typing import Any

import pysam

from flt3itd.cli import main
from tests.umi_builders import (
    UmiLibrary,
    UmiPair,
)

LIBRARY = UmiLibrary()


def molecules(count: int, parts: tuple[int, ...] = (8,)) -> list[UmiPair]:
    return [
        UmiPair(LIBRARY.fragment(50 + 17 * number), tuple(LIBRARY.bases(one) for one in parts))
        for number in range(count)
    ]


def consensus(folder: Path, *options: object) -> tuple[list[pysam.AlignedSegment], dict[str, Any]]:
    out, told = folder / "out.bam", folder / "out.json"
    arguments = ["consensus", "--out", str(out), "--json", str(told), *map(str, options)]
    assert main(arguments) == 0
    with pysam.AlignmentFile(str(out), check_sq=False) as bam:
        records = list(bam)
    return records, json.loads(told.read_text("utf-8"))

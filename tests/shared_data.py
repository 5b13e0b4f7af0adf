"""Data of the development beside the checkout; tests that need it are skipped elsewhere."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.hgvs.transcript import Fetch

CHECKOUT = Path(__file__).parents[1]
SHARED = CHECKOUT.parent / "shared"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the data of the development are not beside the checkout"
)


def shared_sequence() -> tuple[dict[str, list[tuple[int, int]]], Callable[[str], Fetch]]:
    """Regions and sequence of the panel from slices of GRCh38 beside the checkout."""
    pieces: dict[str, list[tuple[int, str]]] = {}
    with gzip.open(SHARED / "reference" / "panel_segments.grch38.fa.gz", "rt") as handle:
        for record in handle.read().split(">")[1:]:
            header, *lines = record.split("\n")
            contig, place = header.split("|")[1].split(":")
            pieces.setdefault(contig, []).append((int(place.split("-")[0]) - 1, "".join(lines)))
    regions = {c: [(a, a + len(bases)) for a, bases in p] for c, p in pieces.items()}

    def of_contig(contig: str) -> Fetch:
        def fetch(start: int, end: int) -> str:
            bases = ["N"] * (end - start)
            for first, piece in pieces[contig]:
                low, high = max(first, start), min(first + len(piece), end)
                if low < high:
                    bases[low - start : high - start] = piece[low - first : high - first]
            return "".join(bases)

        return fetch

    return regions, of_contig

"""What is counted of the reads on the way to families."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ReadTally:
    """Reads and pairs (a single read counts as one) that were seen, and why some were left out.

    `unplaced` reads have no mapped mate either; `mates_missing` wait for a mate that the file does
    not have; `without_umi` are pairs whose UMI is missing, of another length, or has an N.
    """

    reads: int = 0
    pairs: int = 0
    unplaced: int = 0
    mates_missing: int = 0
    without_umi: int = 0

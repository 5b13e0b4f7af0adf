"""The record of `pictures.json`: what the pictures of a report are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.coverage.rows import GeneCurve
from scripts.panel.pile_records import VariantPileup


@dataclass(frozen=True)
class Pictures:
    """Everything in `pictures.json`: reads over variants, and depth along genes."""

    pileups: tuple[VariantPileup, ...]
    curves: tuple[GeneCurve, ...]

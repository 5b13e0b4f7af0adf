"""How many samples the sets with UMIs make: a few minutes, a quarter of an hour, or hours."""

from __future__ import annotations

from enum import StrEnum


class Effort(StrEnum):
    """What is asked for: `--quick`, nothing, or `--full`."""

    QUICK = "quick"
    USUAL = "usual"
    FULL = "full"

    @classmethod
    def of(cls, *, quick: bool, full: bool) -> Effort:
        """By the options of the command."""
        if quick:
            return cls.QUICK
        return cls.FULL if full else cls.USUAL

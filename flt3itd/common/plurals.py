"""Numbers with their nouns, for texts that people read."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 variant``, ``1,200 fragments``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def counted_are(number: int, noun: str) -> str:
    """The same with its verb: ``1 variant is``, ``1,200 fragments are``."""
    return f"{counted(number, noun)} {'is' if number == 1 else 'are'}"

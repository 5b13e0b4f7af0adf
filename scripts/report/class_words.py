"""The class of a sample in a few words, for tables; the whole sentence comes from the rules."""

from __future__ import annotations

from flt3itd.records import Status
from scripts.classification.records import Classification


def class_words(classification: Classification) -> str:
    """The classes that hold, or in which way none does."""
    if classification.status is Status.DETECTED:
        return ", ".join(classification.groups)
    if classification.status is Status.NOT_DETECTED:
        return "no class by genes"
    return "cannot be said"

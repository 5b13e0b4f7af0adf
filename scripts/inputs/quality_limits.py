"""The limits of a laboratory for the quality of a run, as the configuration gives them.

Apart from the other settings, since pages are written without what those load.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from scripts.inputs.fields import Mend, Number, Record

_Count = Annotated[Number | None, Field(ge=0), Mend("give a number, or leave the key out")]
_Share = Annotated[
    Number | None, Field(ge=0, le=1), Mend("give a fraction from 0 to 1, or leave the key out")
]


class QualityLimits(Record):
    """Limits of a laboratory for the quality page of a run; a measure without one has none."""

    minimum_reads: _Count = None
    minimum_on_target: _Share = None
    maximum_duplicates: _Share = None
    minimum_family_size: _Count = None
    minimum_insert_size: _Count = None
    minimum_mean_depth: _Count = None
    minimum_evenness: _Share = None
    maximum_damaged: _Count = None
    maximum_contamination: _Share = None

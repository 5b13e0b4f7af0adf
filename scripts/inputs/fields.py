"""What a key of the configuration or a cell of a sheet may be, and how a wrong one is mended."""

from __future__ import annotations

import re
import typing
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

FIT_FOR_COMMANDS = r'^[^-\x00-\x1f{}<>"\\][^\x00-\x1f{}<>"\\]*'
"""How a path begins that Snakemake takes for no wildcard and a program for no option."""


@dataclass(frozen=True)
class Mend:
    """The sentence that tells how to mend a wrong value; `errorMessage` in the published schema."""

    sentence: str

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema of the value with the sentence beside it."""
        return handler(core_schema) | {"errorMessage": self.sentence}


@dataclass(frozen=True)
class NamesFile:
    """Marks a value that is the path of a file."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema of the path with a format, by which editors complete file names."""
        return handler(core_schema) | {"format": "file-path"}


def notes_of(field: FieldInfo) -> list[Any]:
    """What is noted of a field, or of the types that it may have beside nothing."""
    notes = list(field.metadata)
    for member in typing.get_args(field.annotation):
        notes += getattr(member, "__metadata__", ())
    return notes


def names_file(field: FieldInfo) -> bool:
    """Whether the value of a field is the path of a file."""
    return any(isinstance(note, NamesFile) for note in notes_of(field))


def mend_of(field: FieldInfo) -> str:
    """The sentence that tells how a wrong value of a field is mended; empty for none."""
    return next((note.sentence for note in notes_of(field) if isinstance(note, Mend)), "")


def allowed_of(field: FieldInfo) -> list[str]:
    """The words that a field may hold; none where it may hold others too."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [member.value for member in kind]
    return list(map(str, typing.get_args(kind))) if typing.get_origin(kind) is Literal else []


class Record(BaseModel):
    """A part of the configuration, or a row of a sheet: no key that is not known, and frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def _normal(path: str) -> str:
    """The path without doubled slashes and leading ./, which Snakemake takes for other files."""
    if _ADDRESS.match(path):
        raise ValueError("this is an address; download the file, and give its path")
    return str(PurePath(path))


_ENDLESS = re.compile(r"(.+)\1{19}$")
"""An end that repeats 20 times: Snakemake takes such a name for a rule that calls itself."""


_NO_VALUE = frozenset({"na", "n.a", "n.a.", "nan", "none", "null", "unknown"})
"""What programs and people write where they know nothing, in lower case."""


def _some_name(name: str) -> str:
    """The name, unless it stands for none: rows with it would be of one patient, run or tissue."""
    if name.lower() in _NO_VALUE:
        raise ValueError("that stands for no value; give a name (an empty cell, if it may be one)")
    return name


def _no_trap(name: str) -> str:
    """The name, unless it means something else to a path or to Snakemake."""
    if ".." in name:
        raise ValueError("'..' is refused")
    if _ENDLESS.search(name):
        raise ValueError("a name that repeats the same end 20 times is refused; shorten it")
    return name


def _order(cell: str | int | None) -> int | None:
    """The number of a cell that is a whole number and no code for something else."""
    if cell is None or isinstance(cell, int):
        return cell
    digits = cell.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        raise ValueError  # the field says how to mend it
    return int(cell)


def as_date(text: str) -> date | None:
    """A date written as YYYY-MM-DD; None for any other text, as weeks (2025-W01-1) are."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR = 1900
"""Nobody who is treated or sampled today has a date before it."""


def why_not_a_day(day: date) -> str:
    """Why a day cannot be one on which something happened to a patient; empty where it can.

    Tomorrow is one: it may be today where the sheet was written.
    """
    if day.year < FIRST_YEAR:
        return f"the year is before {FIRST_YEAR}; correct it"
    if day > date.today() + timedelta(days=1):
        return "the day is still to come; correct the date"
    return ""


def _date(cell: str | None) -> str | None:
    """The cell, if it is a day of the calendar as YYYY-MM-DD, and a possible one."""
    if cell is None:
        return None
    day = as_date(cell)
    if day is None:
        raise ValueError  # the field says how to mend it
    if reason := why_not_a_day(day):
        raise ValueError(reason)
    return cell


_MOST_DIGITS = 6


def _number(cell: str | float | None) -> float | None:
    """The number of a cell in decimal writing."""
    if cell is None or isinstance(cell, int | float):
        return cell
    if not _DECIMAL.fullmatch(cell):
        raise ValueError  # the field says how to mend it
    return float(cell)


_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def _printable(text: str | None) -> str | None:
    """The text, if every character of it can be seen."""
    if text is not None and not text.isprintable():
        raise ValueError  # the field says how to mend it
    return text


def _one_space(text: str) -> str:
    return " ".join(text.split())


FilePath = Annotated[str, StringConstraints(min_length=1), AfterValidator(_normal), NamesFile()]
"""A file that is there before the run; whether it can be read is checked apart from its name."""

FolderPath = Annotated[
    str, StringConstraints(pattern=f"{FIT_FOR_COMMANDS}$"), AfterValidator(_normal)
]
"""A folder that is there before the run."""

OutputFolder = Annotated[
    str, StringConstraints(pattern=f"{FIT_FOR_COMMANDS}$"), AfterValidator(_normal)
]

WholeNumber = Annotated[int, Field(strict=True)]
"""A whole number; 100.0, text and true are none."""

Switch = Annotated[bool, Field(strict=True)]
"""true or false; text and numbers are none."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]

MOST_FRAGMENTS = 1_000_000
"""Over one base; no sample that is sequenced has so many, so that nothing would pass."""
FragmentCount = Annotated[
    WholeNumber,
    Field(ge=1, le=MOST_FRAGMENTS),
    Mend(f"give a whole number of fragments from 1 to {MOST_FRAGMENTS}"),
]
Quality = Annotated[WholeNumber, Field(ge=0, le=60), Mend("give a whole number from 0 to 60")]
Fraction = Annotated[Number, Mend("give a fraction, for example 0.01 for 1%")]
Adapter = Annotated[
    str,
    StringConstraints(pattern="^[ACGT]{8,}$"),
    Mend("give the adapter as at least 8 letters of A, C, G, T"),
]

LONGEST_NAME = 100
"""Characters: names become those of folders and files, which systems keep to 255 bytes."""

Name = Annotated[
    str,
    StringConstraints(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=LONGEST_NAME),
    AfterValidator(_no_trap),
    AfterValidator(_some_name),
    Mend("letters, digits and _ . - are allowed, the first a letter or digit"),
]
"""A name that becomes that of a folder or file."""

_LABEL = "letters, digits, spaces and _ . + - are allowed, for example"
_Label = Annotated[
    str,
    StringConstraints(pattern="^[A-Za-z0-9][A-Za-z0-9_.+ -]*$", max_length=LONGEST_NAME),
    AfterValidator(_some_name),
]
Timepoint = Annotated[_Label, Mend(f"{_LABEL} diagnosis")]
Tissue = Annotated[_Label, Mend(f"{_LABEL} BM or PB")]

Order = Annotated[
    int | None,
    BeforeValidator(_order),
    WithJsonSchema({"type": "string", "pattern": f"^-?[0-9]{{1,{_MOST_DIGITS}}}$"}),
    Mend("a whole number that sorts the timepoints of a patient, or an empty cell"),
]

_STRUCTURE = r"([1-9][0-9]*[TBMSC])*([1-9][0-9]*|\+)[TBMSC]"
Umi = Annotated[
    str,
    StringConstraints(pattern=rf"^(RX|name|{_STRUCTURE}( {_STRUCTURE})?)$"),
    BeforeValidator(_one_space),
    Mend("RX, name, or a read structure for each FASTQ file such as 12M+T +T, or an empty cell"),
]
"""Where the UMI of a read stands."""

_NUMBER_TEXT = WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$"})
Nanograms = Annotated[
    float | None,
    BeforeValidator(_number),
    Field(gt=0, le=100_000),
    _NUMBER_TEXT,
    Mend("a number of nanograms above 0 and up to 100000, such as 30 or 2.5, or an empty cell"),
]
Percent = Annotated[
    float | None,
    BeforeValidator(_number),
    Field(ge=0, le=100),
    _NUMBER_TEXT,
    Mend("a number of percent from 0 to 100, such as 40 or 2.5, or an empty cell"),
]

LONGEST_NOTE = 100

ShortNote = Annotated[
    str | None,
    Field(min_length=1, max_length=LONGEST_NOTE),
    AfterValidator(_printable),
    Mend(f"text of at most {LONGEST_NOTE} characters without control characters"),
]
"""Words of the laboratory that are shown as they are."""

SampleDate = Annotated[
    str | None,
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "format": "date"}),
    Mend("a date such as 2024-03-31, or an empty cell"),
]
"""The day of sampling, YYYY-MM-DD."""

Fastq = Annotated[
    str,
    StringConstraints(pattern=rf"{FIT_FOR_COMMANDS}\.(fastq|fq)(\.gz)?$"),
    AfterValidator(_normal),
    Mend(
        'a path that ends in .fastq.gz, .fq.gz, .fastq or .fq, without { } < > " \\; '
        "a BAM or CRAM goes into column bam"
    ),
]
Alignment = Annotated[
    str,
    StringConstraints(pattern=rf"{FIT_FOR_COMMANDS}\.(bam|cram)$"),
    AfterValidator(_normal),
    Mend('a path that ends in .bam or .cram, without { } < > " \\'),
]

"""A configuration that is right, its keys, and what is said of one that is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.fields import Record, names_file
from scripts.inputs.settings import Settings, read_settings


def keys(record: type[Record], above: str = "") -> Iterator[tuple[str, bool]]:
    """The keys of the configuration, with dots between levels, and whether each names a file."""
    for key, field in record.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Record):
            yield from keys(field.annotation, f"{above}{key}.")
        else:
            yield f"{above}{key}", names_file(field)


KEYS = dict(keys(Settings))
PATHS = sorted({key for key, is_file in KEYS.items() if is_file} - {"samples"})
"""The sheet is left out: it is opened by Python alone, and goes into no command."""


def config(**changes: Any) -> dict[str, Any]:
    """A small configuration that is right, but for the keys that are given."""
    return {
        "samples": "my/samples.tsv",
        "reference": {"fasta": "hg38.fa", "build": "GRCh38", "gene_models": "genes.gtf"},
        "panel": {"name": "mine", "targets": "targets.bed"},
    } | changes


def message(changed: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        read_settings(changed, "my.yaml")
    text = str(caught.value)
    assert text.startswith("my.yaml: ")
    assert "\n" not in text
    return text

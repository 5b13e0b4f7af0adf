"""The open formats and the packages behind them: an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from flt3itd.common.errors import UserError

CRATE = "ro-crate-metadata.json"
EXCHANGED = (
    "fhir.json",
    "vrs.json",
    "phenopacket.json",
    "itd.vrs.vcf.gz",
    "panel.vrs.vcf.gz",
    CRATE,
)
"""The files of a sample in open formats, in the order in which they are written."""

_MODULES = {
    "fhir.resources": "fhir",
    "ga4gh.vrs": "ga4gh",
    "phenopackets": "phenopackets",
    "rocrate": "rocrate",
}
"""Packages, and what they are imported as."""


def require_packages(asked_by: str) -> None:
    """Raises UserError that names the missing packages, and by what they were asked for."""
    missing = [name for name, module in _MODULES.items() if find_spec(module) is None]
    if missing:
        raise UserError(
            f"{asked_by}: open formats need packages that are not installed "
            f"({', '.join(missing)}); install them: .venv/bin/python -m pip install "
            f"{' '.join(missing)}"
        )

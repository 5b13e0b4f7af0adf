r"""Write a sample's report in open formats, into `results/<sample>/exchange/`.

    .venv/bin/python -m scripts.exchange.write --report results/S/report.json \
        --fasta genome.fa

Needs the optional extra: `pip install fhir.resources ga4gh.vrs phenopackets rocrate`. All files
or none: a FHIR bundle, VRS identifiers, a Phenopacket, and an RO-Crate that describes them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import unfinished_folder
from scripts.command import all_or_none, run
from scripts.report.readers import read_report

NAMES = ("fhir.json", "vrs.json", "phenopacket.json", "ro-crate-metadata.json")


def write_exchange(document: Path, fasta: Path, folder: Path) -> None:
    """Write the four files. Raises UserError when a library or the report is missing."""
    try:
        from rocrate.rocrate import ROCrate  # noqa: PLC0415

        from scripts.exchange.fhir import bundle_of  # noqa: PLC0415
        from scripts.exchange.phenopacket import phenopacket_of  # noqa: PLC0415
        from scripts.exchange.vrs import identifiers, refget_of  # noqa: PLC0415
    except ImportError as error:
        raise UserError(
            f"open formats need a package that is not installed ({error.name}); install them: "
            "pip install fhir.resources ga4gh.vrs phenopackets rocrate"
        ) from error
    report = read_report(document)
    with all_or_none(*(folder / name for name in NAMES)) as (fhir, vrs, packet, crate_file):
        fhir.write_text(bundle_of(report), "utf-8")
        found = identifiers(report, refget_of(fasta))
        vrs.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
        packet.write_text(phenopacket_of(report), "utf-8")
        crate = ROCrate()
        crate.name = f"Report of sample {report.sample.sample}"
        crate.description = report.notice
        for path, name in ((fhir, NAMES[0]), (vrs, NAMES[1]), (packet, NAMES[2])):
            crate.add_file(path, dest_path=name)
        with unfinished_folder(crate_file) as place:
            crate.write(place)
            crate_file.write_bytes((place / NAMES[3]).read_bytes())


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("report", "fasta"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="default: exchange/ beside the report")
    options = parser.parse_args(arguments)
    folder = options.out or options.report.parent / "exchange"
    write_exchange(options.report, options.fasta, folder)


if __name__ == "__main__":
    run(main)

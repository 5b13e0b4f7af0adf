r"""Write a sample's report in open formats, into `results/<sample>/exchange/`.

    .venv/bin/python -m scripts.exchange.write --report results/S/report.json \
        --itd results/S/itd.vcf.gz --panel results/S/panel.vcf.gz --fasta genome.fa \
        --out results/S/exchange

Needs the optional extra `exchange`. All files or none: a FHIR bundle, VRS identifiers by
themselves and in both VCF files, a Phenopacket, and an RO-Crate that describes them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.exchange.packages import CRATE, EXCHANGED, require_packages
from scripts.report.readers import read_report


def write_exchange(options: argparse.Namespace) -> None:
    """Write the files. Raises UserError when a library or the report is missing."""
    require_packages("scripts.exchange.write")
    # Known to be there only now, and slow to load.
    from scripts.exchange.crate import crate_of, write_crate  # noqa: PLC0415
    from scripts.exchange.fhir import bundle_of  # noqa: PLC0415
    from scripts.exchange.phenopacket import phenopacket_of  # noqa: PLC0415
    from scripts.exchange.vrs import Genome, identifiers, write_identified  # noqa: PLC0415

    report = read_report(options.report)
    genome = Genome(options.fasta)
    with all_or_none(*(options.out / name for name in EXCHANGED)) as drafts:
        fhir, vrs, packet, itd, panel, metadata = drafts
        fhir.write_text(bundle_of(report), "utf-8")
        vrs.write_text(json.dumps(identifiers(report, genome), indent=2) + "\n", "utf-8")
        packet.write_text(phenopacket_of(report), "utf-8")
        write_identified(options.itd, itd, genome)
        write_identified(options.panel, panel, genome)
        files: dict[str, dict[str, str]] = {name: {} for name in EXCHANGED if name != CRATE}
        crate = crate_of(f"Report of sample {report.sample.sample}", report.notice, files)
        write_crate(crate, metadata)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `write_exchange` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("report", "itd", "panel", "fasta", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    write_exchange(parser.parse_args(arguments))


if __name__ == "__main__":
    run(main)

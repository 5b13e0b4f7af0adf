"""The reads over the junctions of a sample's ITDs, as JSON for the pile-ups of its report."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from flt3itd.insertions.pileup import pile_up_bam
from scripts.command import run, write_whole
from scripts.records.json_text import json_text
from scripts.report.model import JunctionReads


def main() -> None:
    """The command that the rule `pile_up_junctions` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bam", type=Path, required=True)
    parser.add_argument("--vcf", type=Path, required=True, help="itd.vcf.gz of the sample")
    parser.add_argument("--reference", type=Path, required=True)
    parser.add_argument("--assay", choices=("capture", "amplicon"), required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    piles = pile_up_bam(options.bam, options.vcf, options.reference, options.assay)
    for pile in piles:
        logging.info(
            "%d bp at %d: %d fragments over the junction",
            len(pile.alt) - len(pile.ref),
            pile.pos,
            pile.fragments,
        )
    write_whole(options.out, json_text(JunctionReads(tuple(piles)), indent=None))


if __name__ == "__main__":
    run(main)

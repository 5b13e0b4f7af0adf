"""The command ``flt3itd background``: control BAMs in, the table of their errors out."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

from flt3itd.analysis import kinase_domain_reads
from flt3itd.commands.arguments import add_assay, check_given, check_outputs
from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.plurals import counted
from flt3itd.kinase.background import build_background, write_background
from flt3itd.kinase.tkd import TkdParameters, count_kinase_domain

_ENOUGH = 3
"""Among fewer, a control that has a mutation of its own may not stand out."""

log = logging.getLogger("flt3itd")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument(
        "--bam",
        type=Path,
        nargs="+",
        required=True,
        metavar="BAM",
        help="sorted and indexed BAMs of normal material, of one assay",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="TSV", help="the table")
    parser.add_argument("--reference", type=Path, help="genome that the reads were aligned to")
    parser.add_argument(
        "--primers", type=Path, metavar="FILE", help="primers of an amplicon assay, BEDPE or FASTA"
    )
    add_assay(parser)


def run(args: argparse.Namespace) -> int:
    """Learn from the controls one after the other and write the table; returns 0."""
    given: dict[str, Path] = {}
    for path in args.bam:
        check_given(path)
        other = given.setdefault(os.path.realpath(path), path)
        if other is not path:
            raise UserError(f"--bam: {path} is given twice; a control counts once")
    others = {"--reference": args.reference, "--primers": args.primers}
    for option, path in others.items():
        if path is not None:
            check_given(path, option)
    check_outputs([args.out], [*args.bam, *filter(None, others.values())])
    assay, parameters = Assay(args.assay), TkdParameters()
    controls = []
    for path in given.values():
        exons = count_kinase_domain(
            kinase_domain_reads(path, assay, args.reference, args.primers), parameters
        )
        deepest = max(codon.fragments for exon in exons for codon in exon.codons)
        depth = counted(deepest, "fragment")
        log.info("%s: %s at the deepest codon of the kinase domain", path, depth)
        controls.append((str(path), exons))
    sites = build_background(controls, assay, parameters.significance)
    write_background(args.out, sites)
    if len(controls) < _ENOUGH:
        log.warning(
            "warning: with %s a mutation of a control cannot be told from errors; give %d or more",
            *(counted(len(controls), "control"), _ENOUGH),
        )
    noisy = [site for site in sites if site.errors > 3 * site.expected_errors + 10]
    told = counted(len(controls), "control"), counted(len(sites), "change"), len(noisy)
    log.info("%s, %s, %d noisy", *told)
    return 0

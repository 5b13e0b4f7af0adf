"""The command ``flt3itd consensus``: reads with UMIs in, one pair for each molecule out."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import re
from functools import partial
from pathlib import Path

from flt3itd import __version__
from flt3itd.commands.arguments import (
    add_assay,
    add_reads,
    check_given,
    check_outputs,
    positive,
    read_files,
)
from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError, why
from flt3itd.common.unfinished import replace_all, unfinished_folder
from flt3itd.molecules.bam_records import END_OF_FILE
from flt3itd.molecules.placing import first_bases_of_itds
from flt3itd.molecules.records import CONSENSUS_SCHEMA_VERSION, ConsensusStatistics
from flt3itd.molecules.run import Block, FamilyRules, in_order, molecules_of
from flt3itd.molecules.sources import ReadFiles, open_library
from flt3itd.molecules.statistics import FamilyTally
from flt3itd.molecules.umi import parse_umi_source
from flt3itd.molecules.unaligned_bam import compressed, header_bytes, record_bytes

_SAMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
ASSAYS = (Assay.CAPTURE, Assay.AMPLICON, Assay.RNA)

log = logging.getLogger("flt3itd")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.description = (
        "Put reads into families by their ends and UMIs, and write one consensus pair for each "
        "family into an unaligned BAM. Align it with: samtools fastq -T RX,MI,cD,cM,cE,aD,bD "
        "OUT.bam | bwa mem -p -C REFERENCE -"
    )
    parser.add_argument(
        "--umi",
        required=True,
        metavar="WHERE",
        help="RX (tag, or in the FASTQ comment), name (at the end of the read name), or read "
        "structures such as '12M+T +T'",
    )
    add_reads(parser, "BAM or CRAM sorted by coordinate")
    add_assay(parser, ASSAYS)
    parser.add_argument(
        "--primers",
        type=Path,
        metavar="BEDPE",
        help="primers of an amplicon assay, for --bam [ends that many reads share]",
    )
    parser.add_argument("--reference", type=Path, help="genome of a CRAM")
    parser.add_argument(
        "--min-family-size",
        type=positive,
        default=1,
        metavar="N",
        help="read pairs that a family needs to be written [%(default)s]",
    )
    parser.add_argument(
        "--threads", type=positive, default=1, metavar="N", help="processes [%(default)s]"
    )
    parser.add_argument(
        "--no-base-tags",
        action="store_true",
        help="leave out the tags with a value for each base (cd, ce; ad to bq), which nothing here "
        "reads",
    )
    parser.add_argument("--sample", help="name of the sample [name of OUT.bam without its end]")
    parser.add_argument("--out", type=Path, required=True, metavar="BAM", help="unaligned BAM")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what is told of the families")


def run(args: argparse.Namespace) -> int:
    """Write the consensus reads, and what is told of the families; returns 0."""
    source = parse_umi_source(args.umi)
    inputs = read_files(args)
    others = [path for path in (args.primers, args.reference) if path is not None]
    for path in others:
        check_given(path)
    outputs = [path for path in (args.out, args.json) if path is not None]
    if args.out.suffix != ".bam":
        raise UserError(f"--out: found '{args.out}', expected the name of a file that ends in .bam")
    check_outputs(outputs, (*inputs, *others))
    sample = args.sample if args.sample is not None else args.out.name.removesuffix(".bam")
    if not _SAMPLE.fullmatch(sample):
        raise UserError(
            f"--sample: found {sample!r}; allowed are letters, digits, '.', '_', '+', '-', the "
            "first a letter or digit"
        )
    files = ReadFiles(
        inputs,
        args.bam is not None,
        Assay(args.assay),
        source,
        args.primers,
        args.reference,
        takes_unplaced=args.bam is not None,
    )
    if args.primers is not None and args.fastq:
        log.info("--primers: not used with --fastq, where first bases tell the amplicons")
    found = write_consensus(
        files,
        sample,
        args.min_family_size,
        args.threads,
        outputs,
        by_base=not args.no_base_tags,
    )
    _tell(found)
    return 0


def write_consensus(
    files: ReadFiles,
    sample: str,
    least_reads: int,
    threads: int,
    outputs: list[Path],
    *,
    by_base: bool,
) -> ConsensusStatistics:
    """Write the consensus reads of a library, and its statistics where a second path is given.

    `by_base`: with the tags that have a value for each base.

    Raises:
        UserError: as `open_library`, or a file cannot be written; none is then.
    """
    try:
        with unfinished_folder(*outputs) as folder:
            wanted = first_bases_of_itds(files.assay) if files.are_aligned else None
            library = open_library(files, least_reads, folder, wanted)
            made = [folder / "consensus.bam", folder / "statistics.json"]
            make = partial(_made, library.rules, sample, by_base)
            with made[0].open("wb") as out:
                out.write(compressed(header_bytes(sample, [f"flt3itd consensus {__version__}"])))
                for records, tally in in_order(library.blocks, make, threads):
                    out.write(records)
                    library.families.add(tally)
                out.write(END_OF_FILE)
            found = library.statistics(sample)
            document = {"schema_version": CONSENSUS_SCHEMA_VERSION, **dataclasses.asdict(found)}
            made[1].write_text(json.dumps(document, indent=1) + "\n", "utf-8")
            replace_all(made[: len(outputs)], outputs)
    except OSError as error:
        name = error.filename or outputs[0]
        raise UserError(f"{name}: cannot be written: {why(error)}") from error
    return found


def _made(
    rules: FamilyRules, sample: str, by_base: bool, block: Block
) -> tuple[bytes, FamilyTally]:
    """The records of the molecules of a block, compressed."""
    molecules, tally = molecules_of(block, rules)
    records = record_bytes(molecules, block.shape, sample, block.number, by_base=by_base)
    return compressed(records), tally


def _tell(found: ConsensusStatistics) -> None:
    duplex = f", {found.duplex_families} of both strands" if found.duplex_families else ""
    log.info(
        "%s: %d read pairs, %d families%s, %d written",
        *(found.sample, found.read_pairs, found.families, duplex, found.families_written),
    )
    for warning in found.warnings:
        log.warning("warning: %s", warning)

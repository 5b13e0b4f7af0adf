"""The command ``flt3itd call``: its options, and the run from reads to files."""

from __future__ import annotations

import argparse
import logging
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flt3itd.analysis import analyse_bam, analyse_fastq
from flt3itd.commands.arguments import (
    add_assay,
    add_reads,
    check_given,
    check_outputs,
    positive,
    read_files,
)
from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.text_lines import decimal_number
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.kinase.tkd import TkdParameters
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from flt3itd.outputs import OutputPaths, event_lines, write_results
from flt3itd.records import Status
from flt3itd.request import Analysis, Parameters, Request

if TYPE_CHECKING:
    from flt3itd.molecules.umi import UmiSource

_SAMPLE = re.compile(r"[^\s\x00-\x1f\x7f]+")

_MOST_NANOGRAMS = 100_000.0

log = logging.getLogger("flt3itd")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    _declare_sample(parser)
    _declare_assay(parser)
    _declare_molecules(parser)
    _declare_wholeness(parser)
    _declare_more_files(parser)
    _declare_thresholds(parser)


def _declare_sample(parser: argparse.ArgumentParser) -> None:
    add_reads(parser, "sorted and indexed BAM or CRAM")
    parser.add_argument(
        "--out",
        required=True,
        metavar="PREFIX",
        help="results are PREFIX.itd.vcf.gz, PREFIX.flt3.tsv and PREFIX.flt3.json; "
        "with a / at the end they go into that folder under their plain names",
    )
    parser.add_argument("--sample", help="name of the sample [last part of PREFIX]")
    parser.add_argument(
        "--reference",
        type=Path,
        help="genome the reads were aligned to; with --fastq, the genome results are placed on",
    )
    parser.add_argument(
        "--build",
        choices=tuple(CHROMOSOME_LENGTH),
        help="build of the genome, if the reads do not tell it [GRCh38]",
    )


def _declare_assay(parser: argparse.ArgumentParser) -> None:
    add_assay(parser)
    parser.add_argument(
        "--primers",
        type=Path,
        metavar="FILE",
        help="primers of an amplicon assay, BEDPE or FASTA [the ends of the reads show them]",
    )
    parser.add_argument(
        "--known",
        type=Path,
        nargs="+",
        default=[],
        metavar="VCF",
        help="itd.vcf.gz of earlier samples: their ITDs are counted regardless of thresholds",
    )
    parser.add_argument(
        "--background",
        type=Path,
        metavar="TSV",
        help="errors in controls of the same assay, from flt3itd background "
        "[error rates of the sample alone]",
    )


def _declare_molecules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--input-ng",
        type=_nanograms,
        metavar="NG",
        help="DNA that went into the library: intervals and limits assume no more molecules than "
        "it holds, at 3.3 pg per haploid genome [unknown]",
    )
    parser.add_argument(
        "--umi",
        metavar="WHERE",
        help="where UMIs are: RX (tag, or in the FASTQ comment), name (end of the read name), "
        "or read structures such as '12M+T +T'; then molecules are counted [reads without UMIs]",
    )
    parser.add_argument(
        "--families",
        type=Path,
        metavar="JSON",
        help="for a BAM of consensus reads: the file that flt3itd consensus --json wrote "
        "[how crowded UMIs are is estimated from the tag RX alone]",
    )
    parser.add_argument(
        "--min-family-size",
        type=positive,
        default=1,
        metavar="N",
        help="reads that a UMI family needs to count as a molecule [%(default)s]",
    )
    parser.add_argument(
        "--residual-family-size",
        type=positive,
        default=ItdParameters().residual_family,
        metavar="N",
        help="known ITDs and kinase domain mutations are also sought in UMI families of N reads or "
        "more alone, against the error rates of those [%(default)s]",
    )


def _declare_wholeness(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-aligned",
        action="store_true",
        help="the BAM holds all reads as the aligner wrote them: few clipped reads are then not "
        "taken as a sign of filtering [judged from the reads]",
    )


def _declare_more_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="where the JSON goes [as --out says]"
    )
    parser.add_argument(
        "--junctions",
        type=Path,
        metavar="FILE",
        help="also write the reads over the junction of each ITD, as JSON, for a picture",
    )


def _declare_thresholds(parser: argparse.ArgumentParser) -> None:
    itd, tkd = ItdParameters(), TkdParameters()
    parser.add_argument(
        "--min-mutant-fragments",
        type=positive,
        default=itd.minimum_mutant_fragments,
        metavar="N",
        help="fragments that must show an ITD [%(default)s]",
    )
    parser.add_argument(
        "--min-depth",
        type=positive,
        default=itd.minimum_depth,
        metavar="N",
        help="informative fragments below which an ITD is not assessable [%(default)s]",
    )
    parser.add_argument(
        "--min-tkd-depth",
        type=positive,
        default=tkd.minimum_fragments,
        metavar="N",
        help="fragments below which a kinase domain codon is not assessable [%(default)s]",
    )


def run(args: argparse.Namespace) -> int:
    """Analyse one sample and write its files; returns 0 whether or not something was found."""
    inputs = read_files(args)
    others = [path for path in (args.primers, args.background, args.families) if path is not None]
    for path in (*args.known, *others):
        check_given(path)
    if args.reference is not None:
        check_given(args.reference, "--reference")
    if args.input_ng is not None and args.assay == Assay.RNA:
        raise UserError("--input-ng: is that of DNA, and the assay is rna; leave it out")
    if args.as_aligned and args.fastq:
        raise UserError("--as-aligned: is said of a BAM; leave it out with --fastq")
    if args.families is not None and args.fastq:
        raise UserError("--families: is told of a BAM that is a consensus; leave it out")
    if args.min_family_size > 1 and args.fastq and args.umi is None:
        raise UserError("--min-family-size: is said of UMI families; say where UMIs are (--umi)")
    if args.umi is not None and args.assay == Assay.LONG:
        raise UserError("--umi: long reads are counted as they are; leave it out")
    request = Request(
        sample=_sample_name(args),
        inputs=inputs,
        assay=Assay(args.assay),
        reference=args.reference,
        command=shlex.join(["flt3itd", *sys.argv[1:]]),
        parameters=Parameters(
            ItdParameters(args.min_mutant_fragments, args.min_depth, args.residual_family_size),
            TkdParameters(
                minimum_fragments=args.min_tkd_depth, residual_family=args.residual_family_size
            ),
        ),
        primers=args.primers,
        known=tuple(args.known),
        background=args.background,
        pile_up=args.junctions is not None,
        build=args.build,
        input_ng=args.input_ng,
        umi=None if args.umi is None else _umi_source(args.umi, of_bam=args.bam is not None),
        least_family=args.min_family_size,
        families=args.families,
        as_aligned=args.as_aligned,
    )
    paths = OutputPaths.of(args.out, json=args.json, junctions=args.junctions)
    references = () if args.reference is None else (args.reference,)
    check_outputs(paths.all(), (*inputs, *args.known, *others, *references))
    paths.remove()
    analysis = analyse_fastq(request) if args.fastq else analyse_bam(request)
    write_results(analysis.result, paths, analysis.contig_length, analysis.junctions)
    _tell(analysis)
    return 0


def _nanograms(text: str) -> float:
    value = decimal_number(text)
    if not 0 < value <= _MOST_NANOGRAMS:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected a number of nanograms above 0 and up to "
            f"{_MOST_NANOGRAMS:,.0f}"
        )
    return value


def _umi_source(text: str, *, of_bam: bool) -> UmiSource:
    from flt3itd.molecules.umi import parse_umi_source  # noqa: PLC0415 - slows other calls

    source = parse_umi_source(text)
    if of_bam and source.in_bases:
        raise UserError(f"--umi: {text!r} of a BAM; give RX or name: its reads are cut")
    return source


def _sample_name(args: argparse.Namespace) -> str:
    name: str = args.sample if args.sample is not None else Path(args.out).name
    if not _SAMPLE.fullmatch(name):
        raise UserError(
            f"--sample: found {name!r}, expected a name without spaces and control characters"
        )
    return name


def _because(reason: str) -> str:
    return f" because {reason}" if reason else ""


def _in_words(status: Status) -> str:
    return status.replace("_", " ")


def _tell(analysis: Analysis) -> None:
    result = analysis.result
    for line in event_lines((*result.itd.events, *result.tkd.events)):
        log.info(line)
    for known in result.itd.known:
        log.info(
            "known %s: %s, %d of %d fragments, VAF %.3g (below %.3g with 95 %%), p %s",
            known.hgvs_c,
            _in_words(known.status),
            known.mutant_fragments,
            known.informative_fragments,
            known.vaf,
            known.vaf_upper,
            "below 0.0001"
            if known.background_probability < 1e-4
            else f"{known.background_probability:.2g}",
        )
    limit = result.itd.limit_of_detection
    found = f", limit of detection {limit:.3g}" if limit is not None else ""
    if found and result.assumption:
        found += f" ({result.assumption})"
    longest = result.itd.longest_assessable
    if found and longest is not None and result.itd.status is Status.NOT_DETECTED:
        found += f" for ITDs of up to {longest} bp"
    log.info(
        "%s: ITD %s%s%s; TKD %s%s",
        result.sample,
        _in_words(result.itd.status),
        found,
        _because(result.itd.reason),
        _in_words(result.tkd.status),
        _because(result.tkd.reason),
    )
    for warning in result.warnings:
        log.warning("warning: %s", warning)

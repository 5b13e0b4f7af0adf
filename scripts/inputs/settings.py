"""The configuration of a run: read from what Snakemake loaded, checked, and typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.genome.gtf import gtf_features
from scripts.inputs.fields import (
    Adapter,
    FilePath,
    FolderPath,
    Fraction,
    FragmentCount,
    Mend,
    OutputFolder,
    Quality,
    Record,
    Switch,
    WholeNumber,
    names_file,
)
from scripts.inputs.mistakes import Mistake, read_record
from scripts.inputs.quality_limits import QualityLimits
from scripts.inputs.readable import (
    check_not_cleared,
    check_plain_fasta,
    check_readable,
    check_writable,
)
from scripts.records.report_state import ReportState


class Reference(Record):
    """The genome: FASTA file, build (GRCh37 or GRCh38) and gene models (GTF)."""

    fasta: Annotated[FilePath, Mend("give the path of the genome as an uncompressed FASTA file")]
    build: Annotated[Literal["GRCh37", "GRCh38"], Mend("hg19 is GRCh37, hg38 is GRCh38")]
    gene_models: Annotated[
        FilePath, Mend("give the path of a GTF file (plain or .gz) for the same build")
    ]


class Panel(Record):
    """The panel: its name, targets (BED), and in how many parts it is called.

    `hotspots` is the table of codons that every sample gets an answer for; known variants, genes
    and tiers are tables that mark variants. `primers` are those of the amplicon samples, and
    `classifications` is a folder of published classes as rules.
    """

    name: Annotated[
        str,
        StringConstraints(pattern="^[A-Za-z0-9][A-Za-z0-9_. +-]*$"),
        Mend("give the panel a name of letters, digits, spaces and _ . + -"),
    ]
    targets: Annotated[FilePath, Mend("give the path of a BED file for the same build")]
    chunks: Annotated[
        WholeNumber, Field(ge=1, le=1000), Mend("give a whole number from 1 to 1000")
    ] = 2
    hotspots: Annotated[
        FilePath | None, Mend("give the path of a table such as panels/myeloid54/hotspots.tsv")
    ] = None
    known_variants: Annotated[
        FilePath | None,
        Mend("give the path of a table such as panels/myeloid54/known_variants.tsv"),
    ] = None
    genes: Annotated[
        FilePath | None, Mend("give the path of a table such as panels/myeloid54/genes.tsv")
    ] = None
    tiers: Annotated[FilePath | None, Mend("give the path of a table such as panels/tiers.tsv")] = (
        None
    )
    primers: Annotated[
        FilePath | None, Mend("give the path of a BEDPE or FASTA file, or leave the key out")
    ] = None
    identity_snps: Annotated[
        FilePath | None,
        Mend("give the path of a table such as panels/myeloid54/identity_snps.tsv, or of a VCF"),
    ] = None
    classifications: Annotated[
        FolderPath | None, Mend("give the path of a folder such as panels/classifications")
    ] = None


class Annotation(Record):
    """VCF files of the user that say something of variants; `population_field` is an INFO field."""

    population: Annotated[
        FilePath | None,
        Mend("give the path of a VCF with population frequencies, bgzipped and indexed"),
    ] = None
    population_field: Annotated[
        str,
        StringConstraints(pattern="^[A-Za-z_][A-Za-z0-9_.]*$"),
        Mend("give the name of an INFO field, for example AF"),
    ] = "AF"
    normals: Annotated[
        FilePath | None,
        Mend("give the path of a VCF of variants seen in normal samples, bgzipped and indexed"),
    ] = None
    clinvar: Annotated[
        FilePath | None, Mend("give the path of a ClinVar VCF, bgzipped and indexed")
    ] = None
    cosmic: Annotated[
        FilePath | None, Mend("give the path of a COSMIC VCF, bgzipped and indexed")
    ] = None

    @property
    def sources(self) -> dict[str, str]:
        """The VCF files that are given, by key."""
        named = self.model_dump(exclude={"population_field"}, exclude_none=True)
        return {key: str(path) for key, path in named.items()}


class Trimming(Record):
    """Adapters as they appear at the 3' end of read 1 and read 2; lengths in bases."""

    adapter_read1: Adapter = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA"
    adapter_read2: Adapter = "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT"
    minimum_read_length: Annotated[
        WholeNumber, Field(ge=20), Mend("give a whole number of bases, 20 or more")
    ] = 36


class Flt3(Record):
    """Thresholds of the FLT3 caller in fragments."""

    minimum_mutant_fragments: FragmentCount = 3
    minimum_itd_depth: FragmentCount = 30
    minimum_tkd_depth: FragmentCount = 100


_Table = Annotated[
    FilePath | None, Mend("give the path of a table in the folder controls of an earlier run")
]


class TablesByAssay(Record):
    """The tables of one kind that an earlier run built from controls, one for each assay."""

    capture: _Table = None
    amplicon: _Table = None

    def get(self, assay: Assay) -> str | None:
        """The table of an assay; None where there is none."""
        path: str | None = getattr(self, assay, None)
        return path


_Tables = Annotated[
    TablesByAssay, Mend("give the path of a table of an earlier run for each assay")
]


class Controls(Record):
    """Normal samples of the laboratory: their sheet, or tables by assay built from them earlier."""

    samples: Annotated[
        FilePath | None, Mend("give the path of a table with the columns sample, assay, bam")
    ] = None
    flt3_background: _Tables = TablesByAssay()
    kmt2a_dosage: _Tables = TablesByAssay()

    @property
    def tables(self) -> dict[str, str]:
        """The tables of an earlier run by their key, such as flt3_background.capture."""
        return {
            f"{key}.{assay}": path
            for key in ("flt3_background", "kmt2a_dosage")
            for assay, path in getattr(self, key)
            if path is not None
        }

    @model_validator(mode="after")
    def _given_once(self) -> Controls:
        if self.samples is not None and self.tables:
            key = next(iter(self.tables))
            raise ValueError(
                f"{key} is built from controls.samples, which is given too; leave out "
                f"controls.{key} to build it anew, or controls.samples to use the tables of an "
                "earlier run"
            )
        return self


class Thresholds(Record):
    """What counts as covered and as a variant; config/README.md tells why."""

    minimum_depth: FragmentCount = 100
    minimum_vaf: Annotated[Fraction, Field(gt=0, le=0.5)] = 0.01
    minimum_alternate_fragments: FragmentCount = 5
    maximum_population_frequency: Annotated[Fraction, Field(ge=0, le=1)] = 0.01
    minimum_mapping_quality: Quality = 20
    minimum_base_quality: Quality = 20


FamilySize = Annotated[
    WholeNumber, Field(ge=1, le=100), Mend("give a whole number of reads from 1 to 100")
]


class Molecules(Record):
    """What is counted of molecules: families of UMIs, and carry-over of a run."""

    minimum_family_burden: FamilySize = 1
    minimum_family_residual: FamilySize = 2
    carry_over_share: Annotated[Fraction, Field(ge=0, le=0.1)] = 0.005

    @model_validator(mode="after")
    def _more_for_less(self) -> Molecules:
        if self.minimum_family_residual < self.minimum_family_burden:
            raise ValueError(
                "minimum_family_residual is below minimum_family_burden; residual disease needs "
                "families that are as large or larger"
            )
        return self


class Trial(Record):
    """Tables of a trial: patients that a number needs, and days in which a remission counts."""

    minimum_patients: Annotated[
        WholeNumber, Field(ge=2), Mend("give a whole number of patients, 2 or more")
    ] = 5
    response_landmark: Annotated[
        WholeNumber, Field(ge=1, le=3650), Mend("give a whole number of days, for example 180")
    ] = 180


class ReportChoices(Record):
    """What reports show; nothing of it changes a result.

    `links` puts links of each variant to public databases into the reports of samples,
    `state` stands on every page of all reports, `comments` is a table of texts of the laboratory,
    `pdf` prints all pages with Chromium, and `igv_js` is the file of IGV for a page of reads.
    """

    links: Annotated[Switch, Mend("give true for links to public databases, or false")] = False
    state: Annotated[ReportState, Mend("give draft or final")] = ReportState.DRAFT
    comments: Annotated[
        FilePath | None, Mend("give the path of a table with the columns sample, comment")
    ] = None
    pdf: Annotated[Switch, Mend("give true for a PDF beside each page, or false")] = False
    igv_js: Annotated[
        FilePath | None, Mend("give the path of igv.min.js, or leave the key out")
    ] = None


_OPTIONAL = Mend("leave the key out to use the defaults")


class Settings(Record):
    """Everything in the configuration. Paths are relative to the working folder."""

    samples: Annotated[
        FilePath, Mend("give the path of the sample sheet, for example config/samples.tsv")
    ]
    output: Annotated[
        OutputFolder,
        Mend('give a folder for the results, for example results, without { } < > " \\'),
    ] = "results"
    reference: Reference
    panel: Panel
    annotation: Annotated[Annotation, _OPTIONAL] = Annotation()
    simulation: Annotated[
        FilePath | None, Mend("leave the key out unless reads are to be simulated")
    ] = None
    clinical: Annotated[
        FilePath | None,
        Mend("give the path of a table of treatments and responses, or leave the key out"),
    ] = None
    drug_response: Annotated[
        FilePath | None,
        Mend("give the path of a sheet of drug response plates, or leave the key out"),
    ] = None
    container: Annotated[
        str | None,
        StringConstraints(pattern=r'^[^\s"\'{}<>\\-][^\s"\'{}<>\\]*$'),
        Mend("give the image, such as docker://registry/flt3-panel:0.2.0 or a path of a .sif"),
    ] = None
    earlier: Annotated[
        FilePath | None,
        Mend("give the path of a sheet of earlier runs, or leave the key out"),
    ] = None
    exchange: Annotated[Switch, Mend("give true for open formats of each sample, or false")] = False
    trimming: Annotated[Trimming, _OPTIONAL] = Trimming()
    flt3: Annotated[Flt3, _OPTIONAL] = Flt3()
    controls: Annotated[Controls, _OPTIONAL] = Controls()
    thresholds: Annotated[Thresholds, _OPTIONAL] = Thresholds()
    molecules: Annotated[Molecules, _OPTIONAL] = Molecules()
    quality: Annotated[QualityLimits, _OPTIONAL] = QualityLimits()
    trial: Annotated[Trial, _OPTIONAL] = Trial()
    report: Annotated[ReportChoices, _OPTIONAL] = ReportChoices()


def read_settings(config: Mapping[str, Any], source: str) -> Settings:
    """Check and type a configuration that was loaded from `source`.

    Raises:
        UserError: A key is missing, unknown, or has a value that is not allowed.
    """
    try:
        return read_record(Settings, config)
    except Mistake as mistake:
        raise UserError(f"{source}: {mistake}") from None


def check_adapters(trimming: Trimming, source: str) -> None:
    """Refuse the adapter of one mate of a kit without that of the other one, where reads are pairs.

    Raises:
        UserError: The other one is that of TruSeq, of which nobody said that it is of the kit.
    """
    of_pair = ("adapter_read1", "adapter_read2")
    given = [key for key in of_pair if key in trimming.model_fields_set]
    if len(given) != 1 or getattr(trimming, given[0]) == getattr(Trimming(), given[0]):
        return
    (missing,) = (key for key in of_pair if key not in given)
    raise UserError(
        f"{source}: trimming.{missing}: trimming.{given[0]} is given alone, and the sheet has "
        f"pairs; give the adapter at the 3' end of read {missing[-1]} of the kit too"
    )


def check_files(settings: Settings, source: str) -> None:
    """Refuse a configuration that names files which are not there, or no place for results.

    Raises:
        UserError: A file does not exist, cannot be read, or lies where a run clears it; the output
            cannot be written; the genome is compressed or no FASTA file, or the models are no GTF.
    """
    for key, path in named_files(settings):
        check_readable(f"{source}: {key}", path)
    check_writable(f"{source}: output", settings.output)
    for key, path in named_files(settings):
        check_not_cleared(f"{source}: {key}", path, settings.output)
    genome = settings.reference.fasta
    check_plain_fasta(f"{source}: reference.fasta: {genome!r}", genome)
    # The first line alone tells a file of another kind; the preflight reads all of them.
    next(gtf_features(Path(settings.reference.gene_models)), None)


def named_files(record: Record, above: str = "") -> Iterator[tuple[str, str]]:
    """Every file that the configuration names, but for the sample sheet: key and path.

    The sheet is opened by Python alone, and says itself what is wrong with its path.
    """
    for key, field in type(record).model_fields.items():
        value = getattr(record, key)
        if isinstance(value, Record):
            yield from named_files(value, f"{above}{key}.")
        elif value is not None and names_file(field) and f"{above}{key}" != "samples":
            yield f"{above}{key}", value

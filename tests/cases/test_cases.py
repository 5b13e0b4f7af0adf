"""Every folder here is one bug or failure mode: README.md says what must hold.

A folder with a ``case.toml`` describes a simulated sample, which is called from BAM (bwa) and
from FASTQ; exactly its mutants must pass, with their sequence, place and VAF. Keys:

``[sample]``      depth, seed, read_length, fragment_mean, fragment_sd, amplicons (GRCh38, 1-based
                  inclusive, primer to primer: makes it an amplicon assay), quality (of every base,
                  Phred, which tells how many are wrong), single = true (the
                  first read of each pair only), aligner (options of bwa), records (what is done to
                  the records of the BAM, a key of CHANGES; such a sample is not called from FASTQ)
``[[mutant]]``    first, last (GRCh38, 1-based inclusive), vaf, and filler (of a tandem duplication)
                  or bases (that replace first to last); beside = [[first, last, bases], ...] are
                  small changes on the same molecules; other keys are fields of the called event
``[[normal]]``    first, last, bases, vaf: molecules that count as wild type and carry this change
``[expect]``      fields of the "itd" object of the result

What is no simulated sample has a test of its own in its folder.
"""

import dataclasses
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flt3itd.simulation.sequencing import Library, QualityModel
from tests.builders import Pair, Read, write_fastq
from tests.itd_builders import (
    Aligner,
    Called,
    Mutant,
    amplicon_pairs,
    assert_found,
    call,
    haplotype_of,
    replaced,
    replacement,
    sample_pairs,
    tandem,
    write_sample,
)

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/case.toml"))


def half_marked_as_duplicates(read: Read) -> Read:
    number = int(read.name.rpartition(":")[2])
    return dataclasses.replace(read, flag=read.flag | 0x400) if number % 2 else read


def all_marked_as_duplicates(read: Read) -> Read:
    return dataclasses.replace(read, flag=read.flag | 0x400)


def without_mismatch_counts(read: Read) -> Read:
    return dataclasses.replace(read, tags=())


def clipped_reads_unmapped(read: Read) -> Read:
    if "S" not in read.cigar:
        return read
    return dataclasses.replace(read, cigar="", flag=read.flag & ~0x2 | 0x4, mapping_quality=0)


def unknown_bases(read: Read) -> Read:
    bases = "".join("N" if place % 31 == 7 else base for place, base in enumerate(read.sequence))
    return dataclasses.replace(read, sequence=bases, tags=())


def mapping_quality_of_zero(read: Read) -> Read:
    return dataclasses.replace(read, mapping_quality=0)


def all_of_one_low_quality(read: Read) -> Read:
    return dataclasses.replace(read, qualities=17)


CHANGES: dict[str, Callable[[Read], Read]] = {
    change.__name__: change
    for change in (
        half_marked_as_duplicates,
        all_marked_as_duplicates,
        without_mismatch_counts,
        clipped_reads_unmapped,
        unknown_bases,
        mapping_quality_of_zero,
        all_of_one_low_quality,
    )
}


@dataclasses.dataclass(frozen=True)
class Case:
    """One ``case.toml``."""

    mutants: list[Mutant]
    normal: list[Mutant]
    fields: list[dict[str, Any]]
    sample: dict[str, Any]
    expect: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Case":
        document = tomllib.loads((folder / "case.toml").read_text("utf-8"))
        mutants, fields = [], []
        for row in document.pop("mutant", []):
            first, last, vaf = row.pop("first"), row.pop("last"), row.pop("vaf")
            if "bases" in row:
                mutant = replaced(first, last, row.pop("bases"), vaf)
            else:
                mutant = tandem(first, last, vaf, row.pop("filler", ""))
            beside = tuple(replacement(*each) for each in row.pop("beside", []))
            mutants.append(dataclasses.replace(mutant, beside=beside))
            fields.append(row)
        normal = [replaced(**row) for row in document.pop("normal", [])]
        sample, expect = document.pop("sample", {}), document.pop("expect", {})
        case = cls(mutants, normal, fields, sample, expect)
        assert not document, f"{folder}: unknown tables {sorted(document)}"
        return case

    def pairs(self) -> list[Pair]:
        options = {
            name: value
            for name, value in self.sample.items()
            if name not in ("aligner", "records", "single")
        }
        depth, seed = options.pop("depth", 300), options.pop("seed", 1)
        if quality := options.pop("quality", 0):
            options["qualities"] = QualityModel(high=quality, middle=quality, low=quality)
        if amplicons := options.pop("amplicons", ()):
            alleles = [*self.mutants, *self.normal]
            return amplicon_pairs(alleles, amplicons, depth, seed, **options)
        return sample_pairs([*self.mutants, *self.normal], depth, seed, Library(**options))

    def files(self, folder: Path) -> list[Path]:
        """The reads as FASTQ."""
        pairs = self.pairs()
        files = [write_fastq(folder / "R1.fastq", [pair.first for pair in pairs])]
        if not self.sample.get("single"):
            files.append(write_fastq(folder / "R2.fastq", [pair.second for pair in pairs]))
        return files

    def check(self, called: Called) -> None:
        assert_found(called, self.mutants)
        events = {haplotype_of(event): event for event in called.passing}
        for mutant, fields in zip(self.mutants, self.fields, strict=True):
            event = events[mutant.sequence]
            assert event["length_bp"] == mutant.length
            assert {name: event[name] for name in fields} == fields
        expect = {"status": "detected" if self.mutants else "not_detected"} | self.expect
        assert {name: called.document["itd"][name] for name in expect} == expect


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.getbasetemp())


def test_every_folder_says_what_must_hold() -> None:
    folders = [path for path in FOLDER.iterdir() if path.is_dir() and path.name[0] not in "._"]
    for folder in folders:
        assert (folder / "README.md").read_text("utf-8").strip(), folder
        assert (folder / "case.toml").exists() or list(folder.glob("test_*.py")), folder


@pytest.fixture(scope="module", params=CASES, ids=lambda folder: folder.name)
def drawn(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Case, list[Path]]:
    """A case and the files of its reads, which are drawn once for BAM and FASTQ."""
    case = Case.read(request.param)
    return case, case.files(tmp_path_factory.mktemp("reads"))


def test_bam(drawn: tuple[Case, list[Path]], aligner: Aligner, tmp_path: Path) -> None:
    case, files = drawn
    reads = aligner.align(files, case.sample.get("aligner", ["-Y"]))
    if "records" in case.sample:
        reads = list(map(CHANGES[case.sample["records"]], reads))
    bam = write_sample(tmp_path / "sample.bam", reads)
    case.check(call(tmp_path, "--bam", str(bam), *assay(case)))


def test_fastq(drawn: tuple[Case, list[Path]], tmp_path: Path) -> None:
    case, files = drawn
    if "records" not in case.sample:
        case.check(call(tmp_path, "--fastq", *map(str, files), *assay(case)))


def assay(case: Case) -> list[str]:
    return ["--assay", "amplicon"] if "amplicons" in case.sample else []

"""ITDs of an earlier sample, counted in a later one."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from flt3itd.insertions.followup import MOST_KNOWN, read_known
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.locus.flt3 import GRCH37_SHIFT, flt3_locus
from flt3itd.locus.template import genomic_template, spliced_template
from flt3itd.reads.coordinates import Placement
from tests.builders import write_bam, write_mates
from tests.itd_builders import Called, Mutant, call, sample_pairs, tandem

LOCUS = flt3_locus()
GRCH38 = Placement("chr13", LOCUS.first_position - 1, "GRCh38")
ITD = tandem(28_034_105, 28_034_149, 0.3)


def called_sample(folder: Path, mutants: list[Mutant], depth: float, *options: str) -> Called:
    pairs = sample_pairs(mutants, depth)
    folder.mkdir(exist_ok=True)
    return call(folder, "--fastq", *map(str, write_mates(folder, pairs)), *options)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    called = called_sample(tmp_path_factory.mktemp("earlier"), [ITD], 200)
    return Path(f"{called.prefix}.itd.vcf.gz")


def test_a_known_itd_is_found_below_the_discovery_threshold(tmp_path: Path, earlier: Path) -> None:
    """Two fragments of 3,800 are too few to discover an ITD, and enough to find a known one."""
    mutants = [replace(ITD, vaf=0.001)]
    later = called_sample(tmp_path, mutants, 4000, "--known", str(earlier))
    [known] = later.document["itd"]["known"]
    assert (known["mutant_fragments"], known["status"]) == (2, "detected")
    assert known["background_probability"] < 0.01
    assert known["vaf"] < 0.001 < known["vaf_upper"]
    assert [event["filter"] for event in later.events] == ["PASS"]
    assert later.status == "detected"
    assert called_sample(tmp_path / "alone", mutants, 4000).status == "not_detected"


def test_a_known_itd_that_is_gone_has_an_upper_bound(tmp_path: Path, earlier: Path) -> None:
    later = called_sample(tmp_path, [], 2000, "--known", str(earlier))
    [known] = later.document["itd"]["known"]
    assert known["status"] == "not_detected"
    assert known["mutant_fragments"] == 0
    assert known["vaf"] == 0
    # the rule of three: no mutant fragment in n excludes more than 3 / n
    assert known["vaf_upper"] == pytest.approx(3 / known["informative_fragments"], rel=0.15)
    # two fragments are asked for, and there with probability 95 % where 4.74 are expected
    informative = known["informative_fragments"]
    assert known["limit_of_detection"] == pytest.approx(4.744 / informative, rel=0.15)
    assert known["background_probability"] == 1
    assert later.events == []
    assert later.status == "not_detected"


def test_without_depth_a_known_itd_is_not_assessable(tmp_path: Path, earlier: Path) -> None:
    later = called_sample(tmp_path, [], 8, "--known", str(earlier))
    [known] = later.document["itd"]["known"]
    assert known["status"] == "not_assessable"
    assert known["limit_of_detection"] is None
    assert later.status == "not_assessable"


@pytest.mark.parametrize("assay", ["capture", "amplicon", "rna"])
def test_without_any_read_a_known_itd_is_not_assessable(
    tmp_path: Path, earlier: Path, assay: str
) -> None:
    bam = write_bam(tmp_path / "empty.bam", {"chr13": 114_364_328}, [])
    later = call(tmp_path, "--bam", str(bam), "--assay", assay, "--known", str(earlier))
    [known] = later.document["itd"]["known"]
    assert (known["status"], later.status) == ("not_assessable", "not_assessable")
    assert (known["informative_fragments"], known["vaf_upper"]) == (0, 1)


def test_a_known_itd_does_not_hide_a_new_one(tmp_path: Path, earlier: Path) -> None:
    new = tandem(28_034_110, 28_034_154, 0.2)
    later = called_sample(tmp_path, [new], 400, "--known", str(earlier))
    [event] = later.passing
    assert event["length_bp"] == new.length
    [known] = later.document["itd"]["known"]
    assert (known["mutant_fragments"], known["status"]) == (0, "not_detected")


def test_records_of_the_other_build_are_shifted(tmp_path: Path, earlier: Path) -> None:
    grch37 = Placement("13", GRCH38.shift + GRCH37_SHIFT, "GRCh37")
    template = genomic_template(LOCUS)
    assert read_known([earlier], template, grch37) == read_known([earlier], template, GRCH38)


def test_known_itds_are_placed_on_joined_exons(earlier: Path) -> None:
    template = spliced_template(LOCUS)
    [insertion] = read_known([earlier], template, GRCH38)
    segment = Haplotype(template.sequence, insertion).duplication
    assert template.to_locus(segment.start) == LOCUS.from_grch38(28_034_105)


def vcf(path: Path, *rows: str) -> Path:
    header = [
        "##fileformat=VCFv4.3",
        "##contig=<ID=chr13,length=114364328>",
        "##contig=<ID=chr14,length=107043718>",
        '##FILTER=<ID=low_support,Description="few">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    path.write_text("\n".join([*header, *rows]) + "\n")
    return path


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("chr13\t28034105\t.\tN\tNACGTACG\t.\tPASS\t.", "is no insertion"),
        ("chr13\t28034105\t.\tN\t<DUP>\t.\tPASS\t.", "is no insertion"),
        ("chr13\t100\t.\tA\tAACGT\t.\tPASS\t.", "is no insertion"),
        ("chr14\t28034105\t.\tA\tAACGT\t.\tPASS\t.", "found contig chr14"),
    ],
)
def test_records_that_are_no_itd_are_refused(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_known([vcf(tmp_path / "x.vcf", row)], genomic_template(LOCUS), GRCH38)


def test_filtered_records_are_passed_over_and_too_many_refused(tmp_path: Path) -> None:
    rows = []
    for number in range(MOST_KNOWN + 1):
        start = LOCUS.from_grch38(28_034_100 + number)
        anchor = LOCUS.sequence[start - 1]
        position = LOCUS.to_grch38(start - 1)
        rows.append(f"chr13\t{position}\t.\t{anchor}\t{anchor}{'ACGTTGCA' * 3}\t.\t%s\t.")
    filtered = vcf(tmp_path / "filtered.vcf", *(row % "low_support" for row in rows))
    assert read_known([filtered], genomic_template(LOCUS), GRCH38) == ()
    passing = vcf(tmp_path / "passing.vcf", *(row % "PASS" for row in rows))
    with pytest.raises(UserError, match=f"found {MOST_KNOWN + 1} different ITDs"):
        read_known([passing], genomic_template(LOCUS), GRCH38)


def test_the_vcf_of_an_older_version_is_read(tmp_path: Path, earlier: Path) -> None:
    """Of 4.3, without GT, as 0.1.0 wrote it before November 2026."""
    with pysam.VariantFile(str(earlier)) as file:
        (record,) = file
        length = file.header.contigs[record.contig].length
    old = tmp_path / "old.itd.vcf"
    old.write_text(
        "##fileformat=VCFv4.3\n##source=flt3itd 0.1.0\n##reference=GRCh38\n"
        f"##contig=<ID={record.contig},length={length}>\n"
        '##FILTER=<ID=PASS,Description="All filters passed">\n'
        '##INFO=<ID=SVLEN,Number=A,Type=Integer,Description="Net inserted bases">\n'
        '##INFO=<ID=KIND,Number=1,Type=String,Description="ITD or insertion">\n'
        '##FORMAT=<ID=AF,Number=A,Type=Float,Description="VAF">\n'
        '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Wild-type and mutant fragments">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
        f"{record.contig}\t{record.pos}\t.\t{record.ref}\t{(record.alts or ('',))[0]}\t.\tPASS\t"
        "SVLEN=57;KIND=ITD\tAF:AD\t0.4:60,40\n"
    )
    template = genomic_template(LOCUS)
    assert read_known([old], template, GRCH38) == read_known([earlier], template, GRCH38)
    grch37 = Placement("13", GRCH38.shift + GRCH37_SHIFT, "GRCh37")
    assert read_known([old], template, grch37) == read_known([old], template, GRCH38)

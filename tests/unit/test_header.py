"""What the header of a BAM tells of its reads, and of its other places."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.cli import main
from flt3itd.common.assay import Assay
from flt3itd.reads.alignment import skipped_flags
from flt3itd.reads.elsewhere import clips_elsewhere
from flt3itd.reads.header import (
    CONCORDANT_ALONE,
    END_TO_END_LOSES,
    HISAT2_LOSES,
    LENGTHS_SELECTED,
    PROPER_SELECTED,
    STAR_LOSES,
    Header,
    read_header,
)
from tests.builders import Read, with_header, write_bam
from tests.itd_builders import LOCUS, call, write_sample

STAR = "STAR --runThreadN 4 --genomeDir star --readFilesIn R1 R2"


@pytest.mark.parametrize(
    ("command", "steps"),
    [
        (f"{STAR} --alignEndsType EndToEnd", 1),
        (f"{STAR} --alignEndsType EndToEnd --outSAMunmapped Within KeepPairs", 0),
        (f"{STAR} --alignEndsType Local", 0),
        (f"{STAR} --alignEndsType Extend5pOfRead1", 0),
        ("samtools view -e 'sclen == 0' in.bam", 1),
        ("samtools view -e '[NM] <= 5' in.bam", 1),
        ("samtools view --expr '[AS]>=100' in.bam", 1),
        ("samtools view -e 'cigar!~\"[ID]\"' in.bam", 1),
        ('sambamba view -F "[NM] < 3 and not duplicate" in.bam', 1),
        ('bamtools filter -tag "NM:<3" -in in.bam', 1),
        ("samtools view -e '[NM] < 3 && sclen < 5' in.bam", 2),
        ("samtools view -q 20 in.bam", 0),
        ("samtools calmd -e in.bam NM.fa", 0),
        ("hisat2 --no-softclip -x genome", 0),
        ("hisat2 --no-unal -x genome", 1),
        ("/usr/bin/hisat2-align-s --wrapper basic-0 -x genome --passthrough -1 R1", 1),
        ("bowtie2 --no-unal -x genome", 1),
        ("bowtie2 --local --no-unal -x genome", 0),
        ("bowtie2 --very-sensitive-local --no-unal -x genome", 0),
        ("bwa mem genome.fa R1 R2", 0),
    ],
)
def test_steps_after_which_reads_over_a_junction_are_missing(
    tmp_path: Path, command: str, steps: int
) -> None:
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, "bwa", command)) as bam:
        found = read_header(bam)
        assert len(found.steps_without_clips) == steps
        assert found.platforms == ("ILLUMINA",)


@pytest.mark.parametrize(
    ("command", "lossy"),
    [
        (STAR, True),
        ("/opt/bin/STAR --readFilesIn R1", True),
        ("/usr/lib/rna-star/bin/STAR-avx2 --readFilesIn R1", True),
        (f"{STAR} --outFilterMatchNminOverLread 0.3", False),
        (f"{STAR} --outSAMunmapped Within", False),
        ("/usr/lib/rna-star/bin/STAR-ssse3 --readFilesIn R1", True),
        ("STAR-Fusion --left_fq R1", False),
        ("samtools sort STAR.bam", False),
        ("bwa mem genome.fa R1 R2", False),
    ],
)
def test_pairs_that_star_leaves_out(tmp_path: Path, command: str, lossy: bool) -> None:
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, command)) as bam:
        assert read_header(bam).lossy_steps == ((STAR_LOSES,) if lossy else ())


@pytest.mark.parametrize(
    ("command", "lossy"),
    [
        ("samtools view -e 'tlen >= 100 && tlen <= 500' in.bam", True),
        ("samtools view -e '100<tlen' in.bam", True),
        ('sambamba view -F "template_length < 400" in.bam', True),
        ('bamtools filter -insertSize ">=100" -in in.bam', True),
        ("samtools view -F 2 tlen.bam", False),
    ],
)
def test_pairs_that_were_selected_by_their_length(
    tmp_path: Path, command: str, lossy: bool
) -> None:
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, command)) as bam:
        assert read_header(bam).lossy_steps == ((LENGTHS_SELECTED,) if lossy else ())


@pytest.mark.parametrize(
    ("command", "lossy"),
    [
        ("samtools view -b -f 2 in.bam", True),
        ("samtools view -bf2 -o x.bam in.bam", True),
        ("samtools view -f 0x3 in.bam", True),
        ("samtools view -b -f 3 -F 3844 -q 20 in.bam", True),
        ("samtools view --require-flags PAIRED,PROPER_PAIR in.bam", True),
        ('sambamba view -F "proper_pair and not duplicate" in.bam', True),
        ("bamtools filter -isProperPair true -in in.bam", True),
        ("samtools view -e 'flag.proper_pair' in.bam", True),
        ("samtools view -f 1 in.bam", False),
        ("samtools view -F 2 in.bam", False),
        ("samtools view -f 0x4 in.bam", False),
        ("samtools view -f PAIRED in.bam", False),
        ('sambamba view -F "not proper_pair" in.bam', False),
        ("samtools sort -f 2 in.bam", False),
        ("bwa mem genome.fa R1 R2", False),
    ],
)
def test_pairs_that_were_selected_as_proper(tmp_path: Path, command: str, lossy: bool) -> None:
    """Of 156 bases at 0.20 proper pairs alone read 0.13: the reads lie nearer to each other."""
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, command)) as bam:
        assert read_header(bam).lossy_steps == ((PROPER_SELECTED,) if lossy else ())


@pytest.mark.parametrize(
    ("command", "left_out"),
    [
        ("samtools view -F 4 in.bam", True),
        ("samtools view -bS -F 260 in.bam", True),
        ("samtools view -bF 0x904 in.bam", True),
        ("samtools view --exclude-flags UNMAP,SECONDARY in.bam", True),
        ("samtools view -f 2 in.bam", True),
        ('sambamba view -F "not unmapped" in.bam', True),
        ("bamtools filter -isMapped true -in in.bam", True),
        ("samtools view -F 256 in.bam", False),
        ("samtools view -f 4 in.bam", False),
        ("samtools view -F DUP in.bam", False),
        ("samtools view in.bam", False),
    ],
)
def test_reads_without_a_place_that_were_left_out(
    tmp_path: Path, command: str, left_out: bool
) -> None:
    """Without them those of HISAT2 show no ITD: 21 bases at 0.70 were "not detected"."""
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    aligners = {
        "hisat2 -x genome": (HISAT2_LOSES,),
        "bowtie2 -x genome": (END_TO_END_LOSES,),
        "bowtie2 --local -x genome": (),
        "bwa mem genome.fa R1 R2": (),
    }
    for aligner, words in aligners.items():
        with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, aligner, command)) as bam:
            assert read_header(bam).steps_without_clips == (words if left_out else ())


def test_reads_without_a_place_that_are_there_were_not_left_out(tmp_path: Path) -> None:
    unplaced = Read("u", "", -1, "", "ACGTACGTA", 0x4)
    source = write_bam(
        tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA"), unplaced]
    )
    # Reads without a place in a file beside.
    command = "hisat2-align-s --no-softclip --passthrough -x genome"
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, command)) as bam:
        found = read_header(bam)
    assert found.steps_without_clips == ()
    assert found.unplaced_kept


@pytest.mark.parametrize(
    ("options", "lossy"),
    [
        ("--no-mixed --no-discordant --no-unal", True),
        ("--no-mixed --no-unal", False),
        ("--no-mixed --no-discordant", False),
    ],
)
def test_pairs_that_bowtie2_does_not_expect(tmp_path: Path, options: str, lossy: bool) -> None:
    """Of a real amplicon with 21 bases at 0.70 they read 0.48."""
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    command = f"bowtie2 --local {options} -x genome"
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, command)) as bam:
        assert read_header(bam).lossy_steps == ((CONCORDANT_ALONE,) if lossy else ())


@pytest.mark.parametrize(
    ("commands", "aligner"),
    [
        (("bowtie2-align-s --wrapper basic-0 -x genome",), "Bowtie 2"),
        (("bowtie2 --very-sensitive-local -x genome",), ""),
        (("hisat2 --no-softclip -x genome", "samtools sort -o y.bam x.bam"), "HISAT2"),
        (("hisat2 -x genome",), ""),
        ((f"{STAR} --alignEndsType EndToEnd --outSAMunmapped Within",), "STAR"),
        ((f"{STAR} --alignEndsType Local",), ""),
        (("java -ea align2.BBMap build=1 ref=genome.fa in=R1",), "BBMap"),
        (("java -ea align2.BBMap build=1 ref=genome.fa in=R1 local=t",), ""),
        (("bowtie2 -x genome", "bwa mem genome.fa R1 R2"), ""),
        (("samtools sort -o y.bam x.bam",), ""),
        ((), ""),
    ],
)
def test_an_aligner_that_was_told_to_clip_nothing(
    tmp_path: Path, commands: tuple[str, ...], aligner: str
) -> None:
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, *commands)) as bam:
        found = read_header(bam)
    assert (found.end_to_end, found.unplaced_kept) == (aligner, False)


def test_without_programs_and_read_groups_nothing_is_told(tmp_path: Path) -> None:
    path = write_bam(tmp_path / "x.bam", {"c": 900}, [], sample=None)
    with pysam.AlignmentFile(str(path)) as bam:
        assert read_header(bam) == Header()


def test_reads_aligned_end_to_end_by_star_have_no_negative_answer(tmp_path: Path) -> None:
    """STAR leaves reads out that do not fit from end to end: what it keeps is wild type."""
    start = LOCUS.exon(14).start
    reads = [
        Read(
            f"r{n}",
            "chr13",
            LOCUS.first_position - 1 + place,
            "100M",
            LOCUS.sequence[place : place + 100],
        )
        for n, place in enumerate(range(start - 100, start + 150))
    ]
    source = write_sample(tmp_path / "x.bam", reads)
    command = f"{STAR} --alignEndsType EndToEnd"
    found = call(tmp_path, "--bam", with_header(tmp_path / "y.bam", source, command))
    assert found.status == "not_assessable"
    assert "STAR aligned end to end" in found.document["itd"]["reason"]


def test_clips_over_other_places(tmp_path: Path) -> None:
    text = "ACGTACGTAC"
    reads = [
        Read("near", "c", 100, "10M", text),
        Read("clipped near", "c", 150, "4S6M", text),
        Read("far", "c", 300, "10M", text),
        Read("clipped far", "d", 100, "7M3S", text),
        Read("without a place", "d", 110, "4S6M", text, mapping_quality=0),
        Read("copy", "d", 120, "4S6M", text, flag=0x400),
        Read("unmapped", "d", 130, "", text, flag=0x4),
    ]
    with pysam.AlignmentFile(
        str(write_bam(tmp_path / "x.bam", {"c": 900, "d": 900}, reads))
    ) as bam:
        assert clips_elsewhere(bam, "c", (90, 200), skipped_flags(Assay.CAPTURE)) == (2, 1, 3)


@pytest.mark.parametrize(("group", "status"), [("ArtificialHaplotypeRG", 2), ("lane1", 0)])
def test_haplotypes_that_a_variant_caller_assembled_are_no_reads(
    tmp_path: Path, group: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    at = LOCUS.from_grch38(28_034_100)
    read = Read("r", "chr13", 28_034_099, "100M", LOCUS.sequence[at : at + 100])
    source = write_sample(tmp_path / "x.bam", [read])
    with pysam.AlignmentFile(str(source)) as bam:
        header = bam.header.to_dict()
        header["RG"] = [{"ID": "1", "SM": "s"}, {"ID": group, "SM": "HC"}]
        with pysam.AlignmentFile(str(tmp_path / "y.bam"), "wb", header=header) as copy:
            for one in bam:
                copy.write(one)
    pysam.index(str(tmp_path / "y.bam"))
    assert main(["call", "--bam", str(tmp_path / "y.bam"), "--out", str(tmp_path / "S")]) == status
    assert ("give the BAM that GATK read" in capsys.readouterr().err) is (status == 2)


@pytest.mark.parametrize(
    ("groups", "of_reads", "status"),
    [
        ({"1": "A", "2": "B"}, ("1", "2"), 2),
        ({"1": "A", "2": "B"}, ("1", "1"), 0),  # the other one was left in the header
        ({"1": "A", "2": "B"}, ("1", ""), 2),
        ({"1": "A", "2": "B"}, ("", ""), 2),
        ({"1": "A", "2": "B"}, ("1", "3"), 2),
        ({"1": "A", "2": "A"}, ("1", "2"), 0),
        ({"1": "A"}, ("1", ""), 0),
        ({}, ("", ""), 0),
    ],
)
def test_reads_of_several_samples_are_refused(
    tmp_path: Path,
    groups: dict[str, str],
    of_reads: tuple[str, str],
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = LOCUS.from_grch38(28_034_100)
    bases = LOCUS.sequence[at : at + 100]
    reads = [Read(f"r{n}", "chr13", 28_034_099, "100M", bases) for n in range(2)]
    merged = tmp_path / "merged.bam"
    with pysam.AlignmentFile(str(write_sample(tmp_path / "x.bam", reads))) as bam:
        header = bam.header.to_dict()
        header["RG"] = [{"ID": group, "SM": name} for group, name in groups.items()]
        with pysam.AlignmentFile(str(merged), "wb", header=header) as copy:
            for record, group in zip(bam, of_reads, strict=True):
                record.set_tag("RG", group or None)
                record.set_tag("RX", "ACGTACGT")
                copy.write(record)
    pysam.index(str(merged))
    made = tmp_path / "made"
    for command in (
        ["call", "--bam", str(merged), "--out", str(made / "S")],
        ["consensus", "--umi", "RX", "--bam", str(merged), "--out", str(made / "S.bam")],
    ):
        assert main(command) == status
        assert ("holds reads of several samples (A, B)" in capsys.readouterr().err) is (status == 2)
        assert status == 0 or not list(tmp_path.glob("made/*"))


@pytest.mark.parametrize(
    ("command", "removed"),
    [
        ("MarkDuplicates I=in.bam O=out.bam REMOVE_DUPLICATES=true ASSUME_SORTED=false", True),
        ("MarkDuplicates --INPUT in.bam --REMOVE_DUPLICATES true --MAX_FILE_HANDLES 8000", True),
        ("MarkDuplicates I=in.bam O=out.bam REMOVE_DUPLICATES=false", False),
        ("MarkDuplicates I=in.bam REMOVE_DUPLICATES=true BARCODE_TAG=RX", False),
        ("MarkDuplicates --INPUT in.bam --REMOVE_DUPLICATES true --BARCODE_TAG null", True),
        ("samtools markdup -@ 4 -r in.bam out.bam", True),
        ("samtools markdup -rs in.bam out.bam", True),
        ("samtools markdup -r --barcode-tag RX in.bam out.bam", False),
        ("samtools markdup -s in-r.bam out.bam", False),
        ("sambamba markdup --remove-duplicates in.bam out.bam", True),
        ("samtools rmdup in.bam out.bam", True),
        ("samblaster -i in.sam -r", True),
        ("samblaster -i in.sam", False),
        ("bwa mem -R markdup genome.fa R1 R2", False),
    ],
)
def test_copies_that_were_removed_by_their_ends(
    tmp_path: Path, command: str, removed: bool
) -> None:
    source = write_bam(tmp_path / "x.bam", {"c": 900}, [Read("r", "c", 5, "9M", "ACGTACGTA")])
    with pysam.AlignmentFile(with_header(tmp_path / "y.bam", source, "bwa", command)) as bam:
        assert read_header(bam).copies_removed is removed


def test_amplicons_of_which_duplicates_were_removed_are_told(tmp_path: Path) -> None:
    reads = [
        Read(f"r{number}", "chr13", 28_033_930 + number, "150M", LOCUS.sequence[:150])
        for number in range(2)
    ]
    source = write_sample(tmp_path / "x.bam", [with_locus(read) for read in reads])
    bam = with_header(tmp_path / "y.bam", source, "MarkDuplicates REMOVE_DUPLICATES=true")
    for assay, is_told in (("amplicon", True), ("capture", False)):
        answer = call(tmp_path, "--bam", bam, "--assay", assay).document["itd"]
        assert answer["status"] == "not_assessable"
        assert ("duplicates were removed" in answer["reason"]) is is_told


def with_locus(read: Read) -> Read:
    """The read with the bases of FLT3 where it lies."""
    first = read.position - LOCUS.first_position + 1
    return replace(read, sequence=LOCUS.sequence[first : first + 150])

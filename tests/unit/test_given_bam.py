from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.given_bam import (
    check_bam,
    check_genome_of_cram,
    has_both_strands,
    has_marked_molecules,
    is_cram,
    link_and_index,
    unmark,
    unpack_cram,
    write_one_strand,
)
from tests.builders import Read, random_sequence, write_bam, write_fasta

CONTIGS = {"chr13": 5000, "chr2": 900}
READS = [Read(f"r{i}", "chr13", 10 * i, "50M", "A" * 50) for i in range(200)]


def bam(folder: Path) -> Path:
    return write_bam(folder / "s.bam", CONTIGS, READS)


def message(path: Path, genome: dict[str, int] | None = None) -> str:
    with pytest.raises(UserError) as caught:
        check_bam(path, genome or CONTIGS, ["chr13"])
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


def rewritten(path: Path, header: dict[str, object]) -> Path:
    """The same reads under another header."""
    with pysam.AlignmentFile(str(path)) as old:
        whole = old.header.to_dict() | header
        with pysam.AlignmentFile(str(path) + ".new", "wb", header=whole) as new:
            for read in old:
                new.write(read)
    return Path(str(path) + ".new").replace(path)


def test_a_good_bam_is_linked_and_indexed_elsewhere(tmp_path: Path) -> None:
    given, work = tmp_path / "given", tmp_path / "work"
    given.mkdir()
    work.mkdir()
    path = bam(given)
    Path(f"{path}.bai").unlink()
    check_bam(path, CONTIGS, ["chr13"])
    link_and_index(path, work / "aligned.bam", work / "aligned.bam.bai")
    assert [file.name for file in given.iterdir()] == ["s.bam"]
    with pysam.AlignmentFile(str(work / "aligned.bam")) as file:
        assert file.count("chr13", 0, 5000) == 200


def test_contigs_that_only_the_bam_has_are_fine(tmp_path: Path) -> None:
    check_bam(bam(tmp_path), {"chr13": 5000}, ["chr13"])


@pytest.mark.parametrize("bytes_lost", [1, 28, 300])
def test_cut_short(tmp_path: Path, bytes_lost: int) -> None:
    path = bam(tmp_path)
    path.write_bytes(path.read_bytes()[:-bytes_lost])
    assert "the BAM is cut short" in message(path)


@pytest.mark.parametrize("data", [b"", b"@HD\tVN:1.6\n", b"\x00" * 100])
def test_no_bam(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "s.bam"
    path.write_bytes(data)
    assert "this is not a BAM file" in message(path)


@pytest.mark.parametrize("order", ["unsorted", "queryname"])
def test_not_sorted_by_its_header(tmp_path: Path, order: str) -> None:
    path = rewritten(bam(tmp_path), {"HD": {"VN": "1.6", "SO": order}})
    text = message(path)
    assert f"not sorted by coordinate (its header says {order})" in text


def test_not_sorted_in_spite_of_its_header(tmp_path: Path) -> None:
    path = bam(tmp_path)
    with pysam.AlignmentFile(str(path)) as old:
        reads = list(old)[::-1]
        with pysam.AlignmentFile(str(tmp_path / "t.bam"), "wb", header=old.header) as new:
            for read in reads:
                new.write(read)
    link, index = tmp_path / "aligned.bam", tmp_path / "aligned.bam.bai"
    check_bam(tmp_path / "t.bam", CONTIGS, ["chr13"])
    with pytest.raises(UserError, match=r"no index can be made: .*not sorted by coordinate"):
        link_and_index(tmp_path / "t.bam", link, index)
    assert not link.is_symlink()
    assert not index.exists()


def test_another_build(tmp_path: Path) -> None:
    text = message(bam(tmp_path), {"chr13": 5001})
    assert "contig chr13 has 5000 bases in the BAM and 5001 in the genome" in text
    assert "another build" in text


def test_other_contig_names(tmp_path: Path) -> None:
    path = write_bam(tmp_path / "s.bam", {"13": 5000}, [Read("r", "13", 10, "50M", "A" * 50)])
    text = message(path)
    assert "contig 'chr13' of the targets is not in the BAM (it has '13')" in text


def test_no_contigs(tmp_path: Path) -> None:
    path = tmp_path / "s.bam"
    header = pysam.AlignmentHeader.from_dict({"HD": {"VN": "1.6", "SO": "coordinate"}})
    with pysam.AlignmentFile(str(path), "wb", header=header):
        pass
    assert "no contigs in its header" in message(path)


def test_several_samples(tmp_path: Path) -> None:
    groups = [{"ID": "1", "SM": "A"}, {"ID": "2", "SM": "B"}]
    path = rewritten(bam(tmp_path), {"RG": groups})
    assert "reads of several samples (A, B)" in message(path)


@dataclass(frozen=True)
class Genome:
    """A small genome with a CRAM of reads on it."""

    fasta: Path
    cram: Path
    contigs: dict[str, int]


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    sequences = {name: random_sequence(n, n) for name, n in CONTIGS.items()}
    fasta = write_fasta(tmp_path / "genome.fa", sequences)
    pysam.faidx(str(fasta))
    reads = [Read(f"r{i}", "chr13", i, "50M", sequences["chr13"][i : i + 50]) for i in range(200)]
    path = write_bam(tmp_path / "s.bam", CONTIGS, reads)
    cram = tmp_path / "given" / "s.cram"
    cram.parent.mkdir()
    pysam.samtools.view("-C", "-T", str(fasta), "-o", str(cram), str(path), catch_stdout=False)
    return Genome(fasta, cram, CONTIGS)


def unpack(genome: Genome, fasta: Path, folder: Path) -> Path:
    folder.mkdir()
    unpack_cram(genome.cram, fasta, folder / "aligned.bam", folder / "aligned.bam.bai")
    return folder / "aligned.bam"


def test_a_cram_becomes_a_bam_with_the_genome_of_the_configuration(
    genome: Genome, tmp_path: Path
) -> None:
    check_bam(genome.cram, genome.contigs, ["chr13"])
    assert is_cram(genome.cram)
    assert not is_cram(tmp_path / "s.bam")
    made = unpack(genome, genome.fasta, tmp_path / "work")
    with pysam.AlignmentFile(str(made)) as new, pysam.AlignmentFile(str(tmp_path / "s.bam")) as old:
        assert new.is_bam
        assert [(r.query_name, r.query_sequence) for r in new.fetch("chr13", 0, 5000)] == [
            (r.query_name, r.query_sequence) for r in old
        ]
    assert [file.name for file in genome.cram.parent.iterdir()] == ["s.cram"]
    assert len(list((tmp_path / "work").iterdir())) == 2


def test_a_cram_under_another_name_is_told_by_its_content(genome: Genome, tmp_path: Path) -> None:
    other = genome.cram.rename(tmp_path / "other.bam")
    check_bam(other, genome.contigs, ["chr13"])
    assert is_cram(other)


def test_a_cram_of_another_genome_is_refused(genome: Genome, tmp_path: Path) -> None:
    """Names and lengths fit, bases do not; nothing half is left, and no network is asked."""
    other = {name: random_sequence(n, n + 1) for name, n in CONTIGS.items()}
    fasta = write_fasta(tmp_path / "other.fa", other)
    pysam.faidx(str(fasta))
    with pytest.raises(UserError) as caught:
        unpack(genome, fasta, tmp_path / "work")
    assert str(caught.value).startswith(f"{genome.cram}: cannot be read with the genome of the")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("other", ["chr13", "chr2"])
def test_a_contig_with_other_bases_is_told_by_its_checksum(
    genome: Genome, tmp_path: Path, other: str
) -> None:
    """Also where no slice of the CRAM is compared; a contig without targets does not matter."""
    check_genome_of_cram(genome.cram, genome.fasta, CONTIGS)
    sequences = {name: random_sequence(n, n) for name, n in CONTIGS.items()}
    sequences[other] = "A" + sequences[other][1:-1] + "A"
    fasta = write_fasta(tmp_path / "other.fa", sequences)
    pysam.faidx(str(fasta))
    assert sequences[other] != random_sequence(CONTIGS[other], CONTIGS[other])
    with pytest.raises(UserError) as caught:
        check_genome_of_cram(genome.cram, fasta, CONTIGS)
    assert str(caught.value).startswith(f"{genome.cram}: contig {other} has other bases in the")
    check_genome_of_cram(genome.cram, fasta, CONTIGS.keys() - {other})


def test_a_genome_in_small_letters_has_the_same_checksum(genome: Genome) -> None:
    text = genome.fasta.read_text("utf-8")
    genome.fasta.write_text(text.replace("A", "a").replace("T", "t"), "utf-8")
    check_genome_of_cram(genome.cram, genome.fasta, CONTIGS)


def test_a_damaged_cram_is_one_line(
    genome: Genome, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(genome.cram.read_bytes())
    middle = data.rindex(b"\x00\x00") - 60  # behind the header, in the blocks of the reads
    for place in range(middle, middle + 20):
        data[place] ^= 0x55
    genome.cram.write_bytes(data)
    with pytest.raises(UserError, match=r"or copy the CRAM again$"):
        unpack(genome, genome.fasta, tmp_path / "work")
    assert capfd.readouterr().err == ""
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("bytes_lost", [1, 38, 300])
def test_a_cram_that_is_cut_short(genome: Genome, bytes_lost: int) -> None:
    genome.cram.write_bytes(genome.cram.read_bytes()[:-bytes_lost])
    assert "the CRAM is cut short (no end block)" in message(genome.cram)


def test_a_cram_that_is_not_sorted(genome: Genome, tmp_path: Path) -> None:
    path = rewritten(tmp_path / "s.bam", {"HD": {"VN": "1.6", "SO": "unsorted"}})
    pysam.samtools.view(
        "-C", "-T", str(genome.fasta), "-o", str(genome.cram), str(path), catch_stdout=False
    )
    assert "not sorted by coordinate (its header says unsorted)" in message(genome.cram)


def tagged(path: Path, tags: dict[str, str | int], flag: int) -> Path:
    """The same reads with tags, the last of them with more bits of the flag."""
    with pysam.AlignmentFile(str(path)) as old:
        reads = list(old)
        reads[-1].flag |= flag
        with pysam.AlignmentFile(str(path) + ".new", "wb", template=old) as new:
            for read in reads:
                for tag, value in tags.items():
                    read.set_tag(tag, value)
                new.write(read)
    return Path(str(path) + ".new").replace(path)


CONSENSUS: dict[str, str | int] = {"MI": "1", "cD": 2}


@pytest.mark.parametrize(
    ("tags", "flag", "marked"),
    [(CONSENSUS, 1024, True), (CONSENSUS, 0, False), ({}, 1024, False)],
)
def test_marks_of_molecules_are_told(
    tmp_path: Path, tags: dict[str, str | int], flag: int, marked: bool
) -> None:
    assert has_marked_molecules(tagged(bam(tmp_path), tags, flag)) == marked


def test_molecules_lose_their_marks_in_the_work_folder_alone(tmp_path: Path) -> None:
    given = tagged(bam(tmp_path), CONSENSUS, 1024)
    before = given.read_bytes()
    made, index = tmp_path / "aligned.bam", tmp_path / "aligned.bam.bai"
    unmark(given, made, index)
    assert given.read_bytes() == before
    with pysam.AlignmentFile(str(made)) as file:
        records = list(file.fetch("chr13", 0, 5000))
    assert len(records) == 200
    assert not any(record.is_duplicate for record in records)
    assert all(record.get_tag("cD") == 2 for record in records)
    assert not list(tmp_path.glob(".*"))


def test_of_both_strands_of_a_molecule_one_goes_on(tmp_path: Path) -> None:
    """The one of more reads, or A; a strand alone stays, and so does the file that was given."""
    given, made, index = bam(tmp_path), tmp_path / "aligned.bam", tmp_path / "aligned.bam.bai"
    families = [("1/A", 3), ("1/B", 4), ("2/A", 4), ("2/B", 4), ("3/A", 1), ("4/B", 1)]
    with pysam.AlignmentFile(str(given)) as old:
        reads = list(old)[: len(families)]
        with pysam.AlignmentFile(str(tmp_path / "strands.bam"), "wb", template=old) as new:
            for read, (family, size) in zip(reads, families, strict=True):
                read.flag |= 1024
                read.set_tag("MI", family)
                read.set_tag("cD", size)
                new.write(read)
    strands = tmp_path / "strands.bam"
    before = strands.read_bytes()
    link_and_index(strands, made, index)
    assert has_both_strands(made)
    write_one_strand(made, made, index)
    with pysam.AlignmentFile(str(made)) as file:
        records = list(file.fetch("chr13", 0, 5000))
    assert [record.get_tag("MI") for record in records] == ["1/B", "2/A", "3/A", "4/B"]
    assert not any(record.is_duplicate for record in records)
    assert strands.read_bytes() == before


@pytest.mark.parametrize(("with_bases", "refused"), [(0, 200), (199, 1), (200, 0)])
def test_reads_without_bases_are_refused(tmp_path: Path, with_bases: int, refused: int) -> None:
    """On one without a sequence freebayes and bcftools crash; secondary records may lack them."""
    path, out = bam(tmp_path), tmp_path / "bare.bam"
    with pysam.AlignmentFile(str(path)) as old, pysam.AlignmentFile(str(out), "wb", old) as new:
        for number, read in enumerate(old):
            if number >= with_bases:
                read.query_sequence = None
            new.write(read)
    if refused:
        assert f"{refused} of the first 200 aligned reads have no bases (SEQ" in message(out)
    else:
        check_bam(out, CONTIGS, ["chr13"])


def test_a_bam_without_records_is_taken(tmp_path: Path) -> None:
    check_bam(write_bam(tmp_path / "none.bam", CONTIGS, []), CONTIGS, ["chr13"])

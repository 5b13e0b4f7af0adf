"""``flt3itd consensus``: reads with UMIs in, one pair for each molecule out."""

import gzip
import json
import re
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pysam
import pytest

from flt3itd.cli import main
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.molecules.fastq_pairs import _Records
from flt3itd.molecules.letters import Integers
from tests.umi_builders import (
    READ,
    UmiLibrary,
    UmiPair,
    other_strand,
    with_error,
    write_bam,
    write_fastq,
)

LIBRARY = UmiLibrary()


def molecules(count: int, parts: tuple[int, ...] = (8,)) -> list[UmiPair]:
    return [
        UmiPair(LIBRARY.fragment(50 + 17 * number), tuple(LIBRARY.bases(one) for one in parts))
        for number in range(count)
    ]


def consensus(folder: Path, *options: object) -> tuple[list[pysam.AlignedSegment], dict[str, Any]]:
    out, told = folder / "out.bam", folder / "out.json"
    arguments = ["consensus", "--out", str(out), "--json", str(told), *map(str, options)]
    assert main(arguments) == 0
    with pysam.AlignmentFile(str(out), check_sq=False) as bam:
        records = list(bam)
    return records, json.loads(told.read_text("utf-8"))


def test_of_pairs_without_a_place_those_of_flt3_are_taken(tmp_path: Path) -> None:
    """An ITD that no aligner placed, and strange molecules."""
    locus = flt3_locus()
    exon = locus.exon(14)
    amplicon = locus.sequence[exon.start - 20 : exon.end + 20]
    itd = UmiPair(amplicon[:70] + amplicon[40:], ("ACGTACGT",))
    strange = [UmiPair(LIBRARY.bases(180), ("TTTTACGT",)) for _ in range(20)]
    placed = molecules(5)
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, [*placed, itd, itd, *strange])
    records, told = consensus(tmp_path, "--umi", "RX", "--bam", bam)
    assert (told["unplaced"], told["families"]) == (44, 6)
    found = {(one.query_sequence, two.query_sequence) for one, two in pairwise(records)}
    assert itd.reads() in found


@pytest.mark.parametrize(
    ("form", "umi"), [("bases", "8M+T +T"), ("name", "name"), ("comment", "RX")]
)
def test_a_molecule_read_often_is_one_pair(tmp_path: Path, form: str, umi: str) -> None:
    pairs = molecules(20)
    fastq = write_fastq(tmp_path, [pair for pair in pairs for _ in range(5)], form)
    records, told = consensus(tmp_path, "--umi", umi, "--fastq", *fastq)
    assert told["read_pairs"] == 100
    assert told["families"] == told["families_written"] == 20
    assert told["families_by_size"] == [{"read_pairs": 5, "families": 20}]
    assert [record.flag for record in records] == [77, 141] * 20
    found = {
        (one.get_tag("RX"), one.query_sequence, two.query_sequence)
        for one, two in zip(records[::2], records[1::2], strict=True)
    }
    assert found == {(pair.umi[0], *pair.reads()) for pair in pairs}
    for one, two in zip(records[::2], records[1::2], strict=True):
        assert one.query_name == two.query_name
        assert one.get_tag("MI") == two.get_tag("MI")
        assert (one.get_tag("cD"), one.get_tag("cM"), one.get_tag("cE")) == (5, 5, 0.0)


def test_a_bam_gives_the_molecules_of_its_fastq(tmp_path: Path) -> None:
    pairs = [pair for pair in molecules(30) for _ in range(3)]
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, pairs)
    fastq = write_fastq(tmp_path, pairs, "comment")
    from_bam, told = consensus(tmp_path, "--umi", "RX", "--bam", bam)
    from_fastq, _ = consensus(tmp_path, "--umi", "RX", "--fastq", *fastq)

    def shown(records: list[pysam.AlignedSegment]) -> list[str]:
        return sorted(str(r).split("\t", 1)[1].split("MI")[0] for r in records)

    assert told["families"] == 30
    assert shown(from_bam) == shown(from_fastq)


def test_an_error_in_one_read_is_outvoted(tmp_path: Path) -> None:
    (pair,) = molecules(1)
    wrong = UmiPair(with_error(pair.fragment, 40), pair.umi)
    fastq = write_fastq(tmp_path, [pair, wrong, pair])
    records, _ = consensus(tmp_path, "--umi", "8M+T +T", "--fastq", *fastq)
    assert records[0].query_sequence == pair.reads()[0]
    assert records[0].get_tag("cE") == pytest.approx(1 / 300)


def test_an_umi_with_an_error_joins_its_family(tmp_path: Path) -> None:
    (pair,) = molecules(1)
    misread = UmiPair(pair.fragment, (with_error(pair.umi[0], 3),))
    fastq = write_fastq(tmp_path, [pair] * 5 + [misread])
    _, told = consensus(tmp_path, "--umi", "8M+T +T", "--fastq", *fastq)
    assert told["families"] == 1
    assert told["umis_corrected"] == pytest.approx(1 / 6)


def types_of(record: pysam.AlignedSegment) -> dict[str, str]:
    return {name: kind for name, _, kind in record.get_tags(with_value_type=True)}


OF_ONE_STRAND = {"MI": "Z", "RX": "Z", "RG": "Z", "cD": "i", "cM": "i", "cE": "f"}
BY_BASE = {"cd": "B", "ce": "B"}
OF_BOTH_STRANDS = OF_ONE_STRAND | {f"{s}{kind}": "i" for s in "ab" for kind in "DM"}
OF_BOTH_STRANDS |= {"aE": "f", "bE": "f"}
STRAND_A = {"ad": "B", "ae": "B", "ac": "Z", "aq": "Z"}
STRAND_B = {"bd": "B", "be": "B", "bc": "Z", "bq": "Z"}


@pytest.mark.parametrize("by_base", [True, False])
def test_depth_and_errors_by_base_are_as_fgbio_writes_them(tmp_path: Path, by_base: bool) -> None:
    """CallMolecularConsensusReads: cd and ce, arrays of int16 as long as the read."""
    (pair,) = molecules(1)
    wrong = UmiPair(with_error(pair.fragment, 40), pair.umi)
    fastq = write_fastq(tmp_path, [pair, wrong, pair])
    options = [] if by_base else ["--no-base-tags"]
    records, _ = consensus(tmp_path, "--umi", "8M+T +T", "--fastq", *fastq, *options)
    assert [types_of(record) for record in records] == [
        OF_ONE_STRAND | (BY_BASE if by_base else {})
    ] * 2
    if by_base:
        assert records[0].get_tag("cd") == array("h", [3] * READ)
        assert records[0].get_tag("ce") == array("h", [int(at == 40) for at in range(READ)])


def test_each_read_has_as_many_values_as_bases(tmp_path: Path) -> None:
    """Families of reads of several lengths, in one block of the file."""
    pairs = [
        UmiPair(pair.fragment[: 60 + 10 * number], pair.umi)
        for number, pair in enumerate(molecules(12))
        for _ in range(1 + number % 3)
    ]
    records, _ = consensus(tmp_path, "--umi", "8M+T +T", "--fastq", *write_fastq(tmp_path, pairs))
    assert len({record.query_length for record in records}) > 3
    for record in records:
        depth, errors = record.get_tag("cd"), record.get_tag("ce")
        assert isinstance(depth, array) and isinstance(errors, array)
        assert len(depth) == len(errors) == record.query_length
        assert (max(depth), min(depth)) == (record.get_tag("cD"), record.get_tag("cM"))


def test_of_a_strand_that_was_not_read_nothing_is_said_by_base(tmp_path: Path) -> None:
    """CallDuplexConsensusReads: each strand with its own bases and qualities, none of both."""
    whole, only_a, only_b = molecules(3, (5, 5))
    every = [whole] * 3 + [other_strand(whole)] * 2 + [only_a] * 2 + [other_strand(only_b)]
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, every)
    records, _ = consensus(tmp_path, "--umi", "RX", "--bam", bam)
    found = {
        (record.get_tag("aD"), record.get_tag("bD")): types_of(record) for record in records[::2]
    }
    assert found == {
        (3, 2): OF_BOTH_STRANDS | STRAND_A | STRAND_B,
        (2, 0): OF_BOTH_STRANDS | STRAND_A,
        (0, 1): OF_BOTH_STRANDS | STRAND_B,
    }
    for record in records[:2]:
        assert record.get_tag("ac") == record.get_tag("bc") == record.query_sequence
        assert record.get_tag("ad") == array("h", [3] * READ)
        assert record.get_tag("bd") == array("h", [2] * READ)
        assert len(str(record.get_tag("aq"))) == len(str(record.get_tag("bq"))) == READ


@pytest.mark.parametrize("source", ["fastq", "bam"])
def test_both_strands_are_one_molecule(tmp_path: Path, source: str) -> None:
    pairs = molecules(10, (5, 5))
    every = [one for pair in pairs for one in [pair] * 3 + [other_strand(pair)] * 2]
    if source == "bam":
        given = ["--bam", write_bam(tmp_path / "in.bam", LIBRARY.sequence, every), "--umi", "RX"]
    else:
        given = ["--fastq", *write_fastq(tmp_path, every), "--umi", "5M+T 5M+T"]
    records, told = consensus(tmp_path, *given)
    assert (told["families"], told["duplex_families"]) == (10, 10)
    assert sorted({(r.get_tag("aD"), r.get_tag("bD")) for r in records}) in (
        [(3, 2)],
        [(2, 3), (3, 2)],
    )
    assert {r.get_tag("cD") for r in records} == {5}


def test_the_smallest_family_that_is_written(tmp_path: Path) -> None:
    one, two, three = molecules(3)
    fastq = write_fastq(tmp_path, [one] + [two] * 2 + [three] * 3)
    options = ["--umi", "8M+T +T", "--fastq", *fastq]
    records, told = consensus(tmp_path, *options, "--min-family-size", "2")
    assert (told["families"], told["families_written"], len(records)) == (3, 2, 4)


def test_threads_change_nothing(tmp_path: Path) -> None:
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, molecules(50) * 2)
    consensus(tmp_path, "--umi", "RX", "--bam", bam)
    alone = (tmp_path / "out.bam").read_bytes()
    consensus(tmp_path, "--umi", "RX", "--bam", bam, "--threads", "2")
    assert (tmp_path / "out.bam").read_bytes() == alone


@pytest.mark.parametrize(
    ("umi", "message"),
    [
        ("12M", "no T segment"),
        ("+T +T", "no M segment"),
        ("+M4T +T", "expected RX, name, or read structures"),
        ("12X+T +T", "expected RX, name, or read structures"),
        ("40M+T +T", "40 bases of UMI"),
        ("8M+T", "expected one for each FASTQ file: 2"),
        ("RX", "no read has RX:Z:"),
        ("name", "does not end in a UMI behind"),
    ],
)
def test_what_is_no_umi_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], umi: str, message: str
) -> None:
    fastq = write_fastq(tmp_path, molecules(2))
    out = tmp_path / "out.bam"
    options = ["--umi", umi, "--fastq", *map(str, fastq), "--out", str(out)]
    assert main(["consensus", *options]) == 2
    assert message in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["R1.fastq.gz", "R2.fastq.gz"]


def broken(path: Path, how: str) -> Path:
    """A file with something wrong."""
    whole = write_bam(path, LIBRARY.sequence, molecules(30)).read_bytes()
    if how == "cut short":
        path.write_bytes(whole[:-40])
    elif how == "by name":
        pysam.sort("-n", "-o", str(path.with_suffix(".n.bam")), str(path))
        path.with_suffix(".n.bam").replace(path)
    elif how == "text":
        path.write_text(">a\nACGT\n")
    elif how == "damaged":
        behind = len(whole) - 60  # within the block of the reads
        path.write_bytes(whole[: behind - 40] + bytes(40) + whole[behind:])
    path.with_suffix(".bam.bai").unlink()
    return path


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("cut short", "truncated"),
        ("by name", "not sorted by coordinate"),
        ("text", "this is no BAM"),
        ("damaged", "in.bam: the alignments cannot be read: it is damaged; copy the file again"),
    ],
)
def test_a_broken_bam_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], how: str, message: str
) -> None:
    """In one line, of which htslib writes nothing by itself."""
    bam = broken(tmp_path / "in.bam", how)
    out = tmp_path / "out.bam"
    assert main(["consensus", "--umi", "RX", "--bam", str(bam), "--out", str(out)]) == 2
    told = capfd.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.bam"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text[: len(text) // 2], "cut short"),
        (lambda text: text.replace("@read:3", "@other:3"), "the mates do not pair up"),
        (lambda text: text.replace("\n+\n", "\n-\n", 1), "is no FASTQ"),
        (lambda text: text.replace("F" * 9, " " * 9, 1), "lies below"),
        (lambda _: "", "has no reads"),
    ],
)
def test_a_broken_fastq_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[str], str],
    message: str,
) -> None:
    fastq = write_fastq(tmp_path, molecules(20))
    text = gzip.decompress(fastq[0].read_bytes()).decode()
    fastq[0].write_bytes(gzip.compress(spoil(text).encode()))
    out = tmp_path / "out.bam"
    options = ["--umi", "8M+T +T", "--fastq", *map(str, fastq), "--out", str(out)]
    assert main(["consensus", *options]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("tags", [{"MI": "7", "cD": 3}, {"XV": 3, "XW": 0}])
def test_a_consensus_is_not_made_of_a_consensus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tags: dict[str, str | int]
) -> None:
    """Families would be of one read each, and what they were made of forgotten."""
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, molecules(3), tags=tags)
    out = tmp_path / "out.bam"
    assert main(["consensus", "--umi", "RX", "--bam", str(bam), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert "in.bam: its reads are a consensus of families already" in message
    assert message.count("\n") == 1
    assert not out.exists()


def test_single_reads_are_families_by_where_they_begin(tmp_path: Path) -> None:
    pairs = molecules(10)
    first, _ = write_fastq(tmp_path, pairs * 3)
    records, told = consensus(tmp_path, "--umi", "8M+T", "--fastq", first)
    assert told["families"] == 10
    assert [record.flag for record in records] == [4] * 10


def test_bases_of_a_bam_may_be_umi(tmp_path: Path) -> None:
    """Both reads begin with 4 bases that are taken for UMI: molecules of one place share them."""
    pairs = molecules(10)
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, pairs * 2)
    records, told = consensus(tmp_path, "--umi", "4M+T 4M+T", "--bam", bam)
    assert told["families"] == 10
    assert {record.query_length for record in records} == {READ - 4}


def test_reads_without_an_umi_are_left_out_and_counted(tmp_path: Path) -> None:
    pairs = molecules(4)
    odd = [UmiPair(pairs[0].fragment, ("ACGTNCGT",)), UmiPair(pairs[1].fragment, ("ACGT",))]
    fastq = write_fastq(tmp_path, [*pairs, *odd], "comment")
    _, told = consensus(tmp_path, "--umi", "RX", "--fastq", *fastq)
    assert (told["read_pairs"], told["without_umi"], told["families"]) == (6, 2, 4)
    assert "no whole UMI" in told["warnings"][0]


@pytest.mark.parametrize("odd", ["AC", "", "NNNN", "N", "AC-GT-AC", "ACGT-ACGT", "?"])
@pytest.mark.parametrize("form", ["comment", "bam"])
def test_the_first_read_alone_does_not_say_how_umis_are_written(
    tmp_path: Path, form: str, odd: str
) -> None:
    """As of a sorted BAM whose first read came without its index."""
    pairs = [UmiPair(molecules(1)[0].fragment, (odd,)), *molecules(6)]
    if form == "bam":
        reads = ["--bam", write_bam(tmp_path / "in.bam", LIBRARY.sequence, pairs)]
    else:
        reads = ["--fastq", *map(str, write_fastq(tmp_path, pairs, form))]
    _, told = consensus(tmp_path, "--umi", "RX", *reads)
    assert (told["umi_bases"], told["without_umi"], told["families"]) == ([8], 1, 6)


def test_one_name_without_a_umi_does_not_stop_the_others(tmp_path: Path) -> None:
    fastq = write_fastq(tmp_path, molecules(6), "name")
    for path in fastq:
        text = re.sub(rb"@read:0_[ACGT]+", b"@read:0", gzip.decompress(path.read_bytes()))
        path.write_bytes(gzip.compress(text))
    _, told = consensus(tmp_path, "--umi", "name", "--fastq", *fastq)
    assert (told["umi_bases"], told["without_umi"], told["families"]) == ([8], 1, 5)


def test_names_that_tell_how_umis_are_written_are_taken_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one by one out of all that a block of the file holds: that took nine seconds a file."""
    looked_at: list[int] = []
    ends_of = _Records.name_ends

    def counted(records: _Records) -> Integers:
        looked_at.append(len(records))
        return ends_of(records)

    monkeypatch.setattr(_Records, "name_ends", counted)
    fastq = write_fastq(tmp_path, molecules(40), "name")
    _, told = consensus(tmp_path, "--umi", "name", "--fastq", *fastq)
    assert told["families"] == 40
    assert sum(looked_at) <= 4 * 40  # both files, the UMIs, and the first reads


def test_pairs_without_bases_are_left_out(tmp_path: Path) -> None:
    empty = [UmiPair("", ("ACGTACGT",))] * 3
    fastq = write_fastq(tmp_path, empty, "comment")
    records, told = consensus(tmp_path, "--umi", "RX", "--fastq", *fastq)
    assert (records, told["read_pairs"], told["families"]) == ([], 3, 0)


def test_a_bam_without_reads_is_told(tmp_path: Path) -> None:
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, [])
    records, told = consensus(tmp_path, "--umi", "RX", "--bam", bam)
    assert (records, told["families"]) == ([], 0)
    assert "no read pair with a whole UMI" in told["warnings"][0]


def test_crowded_umis_are_told(tmp_path: Path) -> None:
    library = UmiLibrary(9)
    fragment = library.fragment(100)
    pairs = [UmiPair(fragment, (library.bases(4),)) for _ in range(120)]
    fastq = write_fastq(tmp_path, pairs)
    _, told = consensus(tmp_path, "--umi", "4M+T +T", "--fastq", *fastq, "--assay", "amplicon")
    assert told["crowded_places"] == 1
    assert told["families"] + told["collisions_expected"] == pytest.approx(120, rel=0.15)
    assert any("crowded" in warning for warning in told["warnings"])

"""``flt3itd consensus``: reads with UMIs in, one pair for each molecule out."""

from array import array
from itertools import pairwise
from pathlib import Path

import pysam
import pytest

from flt3itd.locus.flt3 import flt3_locus
from tests.consensus_builders import LIBRARY, consensus, molecules
from tests.umi_builders import (
    READ,
    UmiPair,
    other_strand,
    with_error,
    write_bam,
    write_fastq,
)


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

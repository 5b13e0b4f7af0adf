"""Known samples through every way of spoiling reads: the answer is right, or there is none.

A mutated sample is never "not detected" and a wild type never "detected": what spoiled reads cannot
carry is not assessable, with the reason, or refused as a mistake of the user (exit status 2). A
ratio may be wrong where a warning says so.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flt3itd.cli import main
from flt3itd.simulation.sequencing import Library
from tests.builders import Read, write_fastq
from tests.itd_builders import (
    Aligner,
    Mutant,
    amplicon_pairs,
    haplotype_of,
    sample_pairs,
    tandem,
    write_sample,
)
from tests.spoiled_bam import BAM, CAPTURE_PAIRS, overlaps_clipped
from tests.spoiled_fastq import FASTQ, Reads, files_of

AMPLICON = [(28_033_930, 28_034_240)]
VAF = 0.4
TOLERANCE = 0.03
"""Beyond the 95 % interval, which one sample in twenty misses."""
MUTANTS = {
    "21 bp": tandem(28_034_110, 28_034_130, VAF),
    "60 bp": tandem(28_034_090, 28_034_149, VAF),
    "129 bp with filler": tandem(28_034_060, 28_034_182, VAF, "GATCCA"),
    "240 bp": tandem(28_033_950, 28_034_189, VAF),
}
NAMES = list(MUTANTS)


def reads_of(assay: str, mutants: Sequence[Mutant], *, deep: bool = False) -> Reads:
    if assay == "capture":
        pairs = sample_pairs(mutants, 330 if deep else 110, 7, Library(read_length=150))
    else:
        pairs = amplicon_pairs(mutants, AMPLICON, 2700 if deep else 150, 5, read_length=251)
    return [(pair.first, pair.second) for pair in pairs]


@pytest.fixture(scope="module")
def good() -> dict[tuple[str, str], Reads]:
    """The reads of each sample as they should be, by assay and mutant (empty: wild type)."""
    return {
        (assay, name): reads_of(assay, [MUTANTS[name]] if name else [])
        for assay in ("capture", "amplicon")
        for name in (*NAMES, "")
    }


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    if shutil.which("bwa") is None:
        pytest.skip("bwa is not on PATH")
    return Aligner.built(tmp_path_factory.getbasetemp())


def fastq_of(folder: Path, reads: Reads) -> list[Path]:
    """The reads in one file, or in the two files of pairs."""
    return [
        write_fastq(folder / f"R{mate}.fastq", mates) for mate, mates in enumerate(files_of(reads))
    ]


@pytest.fixture(scope="module")
def aligned(
    aligner: Aligner, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], list[Read]]:
    """More of them, as bwa writes them: so many that it is seen when none is clipped."""
    folder = tmp_path_factory.mktemp("reads")
    made = {}
    for assay in ("capture", "amplicon"):
        for name in (*NAMES, ""):
            reads = reads_of(assay, [MUTANTS[name]] if name else [], deep=True)
            made[assay, name] = aligner.align(fastq_of(folder, reads))
    return made


def document_of(folder: Path, *arguments: str) -> dict[str, Any] | None:
    """What the command wrote; None when it refused the reads as a mistake of the user."""
    prefix = folder / "S"
    status = main(["call", *arguments, "--out", str(prefix)])
    assert status in (0, 2)
    if status == 2:
        return None
    found: dict[str, Any] = json.loads(Path(f"{prefix}.flt3.json").read_text("utf-8"))
    return found


def check(document: dict[str, Any] | None, mutant: Mutant | None) -> None:
    if document is None:
        return
    itd, tkd = document["itd"], document["tkd"]
    assert tkd["status"] != "detected"
    assert (itd["status"] == "not_assessable") is bool(itd["reason"])
    passing = [event for event in itd["events"] if event["filter"] == "PASS"]
    if mutant is None:
        assert itd["status"] != "detected", [event["hgvs_c"] for event in passing]
        return
    if itd["status"] == "not_detected":
        assert itd["longest_assessable"] is not None
        assert itd["longest_assessable"] < mutant.length
    if itd["status"] == "detected":
        assert [haplotype_of(event) for event in passing] == [mutant.sequence]
        [event] = passing
        unfit = document["reads"]["verdicts"][0]["reasons"]
        if unfit:
            assert unfit[0] in " ".join(document["warnings"])
        elif not any("VAFs may be wrong" in one for one in document["warnings"]):
            assert event["vaf_low"] - TOLERANCE <= VAF <= event["vaf_high"] + TOLERANCE


def samples(way: str, ways: Sequence[str]) -> list[tuple[str, str]]:
    """A mutant of both assays, and the wild type of one, by turns."""
    number = ways.index(way)
    name = NAMES[number % len(NAMES)]
    wildtype = ("capture", "amplicon")[number // len(NAMES) % 2]
    return [("capture", name), ("amplicon", name), (wildtype, "")]


@pytest.mark.parametrize("way", FASTQ)
def test_fastq(way: str, good: dict[tuple[str, str], Reads], tmp_path: Path) -> None:
    for assay, name in samples(way, list(FASTQ)):
        files = map(str, fastq_of(tmp_path, FASTQ[way](good[assay, name])))
        found = document_of(tmp_path, "--fastq", *files, "--assay", assay)
        check(found, MUTANTS[name] if name else None)


@pytest.mark.parametrize("way", FASTQ)
def test_fastq_that_was_aligned(
    way: str, good: dict[tuple[str, str], Reads], aligner: Aligner, tmp_path: Path
) -> None:
    """One sample of each way, as bwa writes it: the mutants and the wild type by turns."""
    number = list(FASTQ).index(way)
    name = (*NAMES, "")[number % 5]
    assay = ("capture", "amplicon")[number // 5 % 2]
    records = aligner.align(fastq_of(tmp_path, FASTQ[way](good[assay, name])))
    bam = write_sample(tmp_path / "x.bam", records)
    found = document_of(tmp_path, "--bam", str(bam), "--assay", assay)
    check(found, MUTANTS[name] if name else None)


@pytest.mark.parametrize("way", BAM)
def test_bam(way: str, aligned: dict[tuple[str, str], list[Read]], tmp_path: Path) -> None:
    for assay, name in samples(way, list(BAM)):
        bam = write_sample(tmp_path / "x.bam", BAM[way](aligned[assay, name]))
        found = document_of(tmp_path, "--bam", str(bam), "--assay", assay)
        check(found, MUTANTS[name] if name else None)


@pytest.mark.parametrize(
    ("way", "name"),
    [
        ("clips over 5", "240 bp"),
        ("clips over 10", "60 bp"),
        ("clips over 20", "60 bp"),
        ("clips over 20", "240 bp"),
        ("clips over 30", "129 bp with filler"),
        ("clips over 50", "240 bp"),
        ("long on the reference", "60 bp"),
        ("gaps over 5", "21 bp"),
        ("a fifth not aligned", "21 bp"),
    ],
)
def test_pairs_of_a_capture_that_were_left_out(
    way: str, name: str, aligned: dict[tuple[str, str], list[Read]], tmp_path: Path
) -> None:
    for mutant in (name, ""):
        left = CAPTURE_PAIRS[way](aligned["capture", mutant])
        found = document_of(tmp_path, "--bam", str(write_sample(tmp_path / "x.bam", left)))
        check(found, MUTANTS.get(mutant))


@pytest.mark.parametrize("name", ["", "60 bp"])
def test_mates_whose_overlap_is_clipped_answer_as_before(
    name: str, aligned: dict[tuple[str, str], list[Read]], tmp_path: Path
) -> None:
    found = [
        document_of(tmp_path, "--bam", str(write_sample(tmp_path / "x.bam", reads)))
        for reads in (aligned["capture", name], overlaps_clipped(aligned["capture", name]))
    ]
    assert found[1] is not None
    clips = [document["reads"]["measured"]["longest_clip"] for document in found if document]
    assert clips[0] == clips[1]
    before, after = (document["itd"]["total_vaf"] for document in found if document)
    assert after == pytest.approx(before, abs=0.005)
    assert found[1]["itd"]["status"] == ("detected" if name else "not_detected")
    assert found[1]["reads"]["verdicts"][0]["reasons"] == []


def test_a_bam_that_is_known_to_be_whole_keeps_its_reach(
    aligned: dict[tuple[str, str], list[Read]], tmp_path: Path
) -> None:
    """Reads of a simulated amplicon: hardly any is clipped, and none far."""
    bam = str(write_sample(tmp_path / "x.bam", aligned["amplicon", ""][:800]))
    found = [
        document_of(tmp_path, "--bam", bam, "--assay", "amplicon", *more)
        for more in ((), ("--as-aligned",))
    ]
    assert found[0] is not None and found[1] is not None
    asked, known = (document["reads"]["verdicts"][0] for document in found if document)
    assert asked["remarks"]
    assert known["remarks"] == known["reasons"] == []
    assert [document["itd"]["longest_assessable"] for document in found if document] == [50, 168]


def test_copies_of_a_read_that_ends_early_are_no_reads_that_were_cut(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_090, 28_034_149, 0.3)], 100, 9, Library(read_length=150))
    reads = [
        tuple(replace(one, name=f"{one.name}.{copy}") for one in (pair.first, pair.second))
        for number, pair in enumerate(pairs)
        for copy in range(1 + 7 * number % 9)
    ]
    found = document_of(tmp_path, "--fastq", *map(str, fastq_of(tmp_path, reads)))
    assert found is not None
    assert found["reads"]["measured"]["copies"] > 0.5
    assert found["reads"]["verdicts"][0]["reasons"] == []
    assert found["itd"]["status"] == "detected"


def test_there_are_enough_ways() -> None:
    assert len(FASTQ) >= 60
    assert len(FASTQ) + len(BAM) >= 100

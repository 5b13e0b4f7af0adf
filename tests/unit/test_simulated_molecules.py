"""Simulated molecules with UMIs: copies, errors, strands, chimeras, reads that hop over."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flt3itd.cli import main
from flt3itd.common.bases import reverse_complement
from flt3itd.common.tables import columns_of, read_table
from flt3itd.simulation.amplification import (
    Alterations,
    Amplification,
    FamilyLaw,
    amplified,
    with_alterations,
)
from flt3itd.simulation.design import SimulationRow
from flt3itd.simulation.haplotypes import as_bases
from flt3itd.simulation.sample import TruthRow
from flt3itd.simulation.sequencing import Fragments, Library, QualityModel, read_fragments
from tests.builders import random_sequence, write_fasta

SEQUENCE = random_sequence(600, 1)
PERFECT = QualityModel(middle_first=0, middle_last=0, low_first=0, low_last=0, high=90)
SETTINGS = ("amplicon", "400", "100", "200", "30")
ROWS = (
    ("A", "mutant", "0.25", "one:250-280dup", *SETTINGS),
    ("B", "", "", "", *SETTINGS),
)


def simulated(folder: Path, *options: str, sample: str = "A") -> tuple[list[str], list[TruthRow]]:
    """The lines of read 1, and the truth."""
    folder.mkdir(exist_ok=True)
    table = folder / "simulation.tsv"
    rows = (columns_of(SimulationRow), *ROWS)
    table.write_text("".join("\t".join(cells) + "\n" for cells in rows))
    targets = folder / "targets.bed"
    targets.write_text("one\t200\t380\tG|exon1\n")
    reference = write_fasta(folder / "reference.fa", {"one": SEQUENCE})
    arguments = ["simulate", "--reference", reference, "--simulation", table, "--sample", sample]
    arguments += ["--targets", targets, "--out1", folder / "R1.gz", "--out2", folder / "R2.gz"]
    assert main([*map(str, arguments), "--truth", str(folder / "truth.tsv"), *options]) == 0
    lines = gzip.decompress((folder / "R1.gz").read_bytes()).decode().splitlines()
    return lines, read_table(folder / "truth.tsv", TruthRow)


def told(folder: Path, umi: str) -> dict[str, Any]:
    """What `flt3itd consensus` tells of the simulated reads."""
    arguments = ["consensus", "--umi", umi, "--assay", "amplicon", "--out", folder / "out.bam"]
    arguments += ["--json", folder / "out.json", "--fastq", folder / "R1.gz", folder / "R2.gz"]
    assert main(list(map(str, arguments))) == 0
    found: dict[str, Any] = json.loads((folder / "out.json").read_text("utf-8"))
    return found


def test_molecules_and_their_copies_are_told(tmp_path: Path) -> None:
    lines, truth = simulated(tmp_path, "--umi", "10M+T +T", "--family-size", "4")
    wildtype, mutant = truth
    assert wildtype.fragments + mutant.fragments == pytest.approx(400, abs=60)
    assert len(lines) // 4 == wildtype.read_pairs + mutant.read_pairs
    assert mutant.read_pairs / mutant.fragments == pytest.approx(4, abs=1.5)
    found = told(tmp_path, "10M+T +T")
    assert found["read_pairs"] == len(lines) // 4
    assert found["families"] == pytest.approx(wildtype.fragments + mutant.fragments, abs=2)


@pytest.mark.parametrize(("umi", "sign"), [("RX", "\tRX:Z:"), ("name", "_")])
def test_umis_stand_where_they_are_asked_for(tmp_path: Path, umi: str, sign: str) -> None:
    lines, truth = simulated(tmp_path, "--umi", umi, "--umi-length", "6", "6")
    first = lines[0].partition(sign)[2]
    assert len(first) == 13
    assert first[6] == "-"
    assert told(tmp_path, umi)["families"] == sum(row.fragments for row in truth)


def test_both_strands_are_read(tmp_path: Path) -> None:
    _, truth = simulated(tmp_path, "--umi", "6M2S+T 6M2S+T", "--duplex", "--family-size", "6")
    found = told(tmp_path, "6M2S+T 6M2S+T")
    assert found["families"] == sum(row.fragments for row in truth)
    assert found["duplex_families"] > 0.5 * found["families"]


def test_reads_hop_over_from_another_sample(tmp_path: Path) -> None:
    lines, truth = simulated(tmp_path / "B", "--umi", "RX", "--hopping", "A=0.1", sample="B")
    own = {line.partition("RX:Z:")[2] for line in simulated(tmp_path / "A", "--umi", "RX")[0][::4]}
    hopped = [row for row in truth if row.sample == "A"]
    assert sum(row.read_pairs for row in hopped) == pytest.approx(200, abs=60)
    moved = [line for line in lines[::4] if line.partition("RX:Z:")[2] in own]
    assert len(moved) == sum(row.read_pairs for row in hopped)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    options = ("--umi", "RX", "--chimeras", "0.1", "--early-errors", "1e-4")
    for folder in ("one", "two"):
        simulated(tmp_path / folder, *options)
    assert (tmp_path / "one/R2.gz").read_bytes() == (tmp_path / "two/R2.gz").read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--umi", "RX", "--duplex"), "--duplex: needs a UMI of two parts"),
        (("--umi", "12M100T+S +T"), "the molecule must come last"),
        (("--umi", "12M+T"), "give two read structures"),
        (("--umi", "RX", "--family-size", "0.5"), "--family-size: found 0.5"),
        (("--umi", "RX", "--hopping", "A"), "expected SAMPLE=SHARE"),
        (("--umi", "RX", "--hopping", "Z=0.1"), "no row for the sample 'Z'"),
        (("--umi", "RX", "--umi-length", "4", "4", "4"), "one or two parts"),
    ],
)
def test_what_cannot_be_simulated_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str
) -> None:
    with pytest.raises(AssertionError):
        simulated(tmp_path, *options)
    assert message in capsys.readouterr().err
    assert not (tmp_path / "R1.gz").exists()


def fragments(*templates: str, count: int = 1) -> Fragments:
    own = np.repeat(np.arange(len(templates)), count)
    length = np.array([len(one) for one in templates])[own]
    return Fragments(
        tuple(map(as_bases, templates)),
        tuple(range(len(templates))),
        own,
        np.zeros(len(own), dtype=np.int64),
        length,
        np.zeros(len(own), dtype=bool),
    )


@pytest.mark.parametrize("law", list(FamilyLaw))
def test_families_have_the_mean_that_is_asked_for(law: FamilyLaw) -> None:
    sizes = Amplification(6, law).family_sizes(20_000, np.random.default_rng(1))
    assert sizes.mean() == pytest.approx(6, rel=0.05)


def test_an_error_of_a_copy_is_in_both_reads() -> None:
    rng = np.random.default_rng(2)
    copies = amplified(fragments(SEQUENCE[:120]), Amplification(1, FamilyLaw.FIXED), rng)
    library = Library(read_length=100, qualities=PERFECT)
    altered = Alterations(np.array([0]), np.array([60]), np.array([1]))
    for reverse in (False, True):
        one = copies.fragments.take(np.array([0]))
        turned = Fragments(*one.__dict__.values()) if not reverse else fragments(SEQUENCE[:120])
        turned.reverse[:] = reverse
        (block,) = read_fragments(turned, library, rng)
        changed = with_alterations(block, 0, type(copies)(turned, copies.umi, altered))
        text_1, text_2 = (
            row.tobytes().decode() for row in (changed.bases_1[0], changed.bases_2[0])
        )
        plus = reverse_complement(text_1) if reverse else text_1
        mate = text_2 if reverse else reverse_complement(text_2)
        wanted = "ACGT"[("ACGT".index(SEQUENCE[60]) + 1) % 4]
        assert plus[40 if reverse else 60] == wanted
        assert mate[60 if reverse else 40] == wanted


def test_errors_of_early_cycles_are_in_many_copies() -> None:
    plan = Amplification(64, FamilyLaw.FIXED, early_errors=2e-4)
    copies = amplified(fragments(SEQUENCE[:100], count=50), plan, np.random.default_rng(3))
    shared = Counter(zip(copies.altered.copy // 64, copies.altered.place, strict=True))
    assert max(shared.values()) > 16
    assert (np.diff(copies.altered.copy) >= 0).all()


def test_a_chimera_has_the_umi_of_one_molecule_and_the_sequence_of_another() -> None:
    """The two differ from base 61 of 120 or 140 on: half of the chimeras begin before."""
    itd = SEQUENCE[:60] + SEQUENCE[40:120]
    plan = Amplification(200, FamilyLaw.FIXED, chimeras=0.5)
    molecules = fragments(SEQUENCE[:120], itd, count=10)
    copies = amplified(molecules, plan, np.random.default_rng(4)).fragments
    moved = (copies.template != np.repeat(molecules.template, 200)).mean()
    assert moved == pytest.approx(0.5 * 0.5 * 0.46, abs=0.03)
    assert set(zip(copies.template.tolist(), copies.length.tolist(), strict=True)) == {
        (0, 120),
        (1, 140),
    }

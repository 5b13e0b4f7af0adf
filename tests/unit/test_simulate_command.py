"""The table of a simulation, and `flt3itd simulate` as a command."""

import argparse
import gzip
from pathlib import Path

import pytest

from flt3itd.commands import simulate
from flt3itd.common.errors import UserError
from flt3itd.common.tables import columns_of, read_table
from flt3itd.simulation.design import SimulationRow, read_designs, read_references, read_targets
from flt3itd.simulation.haplotypes import Alteration
from flt3itd.simulation.sample import TruthRow
from tests.builders import random_sequence, write_fasta

REFERENCE = {"one": random_sequence(2000, 1), "two": random_sequence(2000, 2)}
SETTINGS = ("capture", "100", "75", "150", "30")
HEADER = columns_of(SimulationRow)


def row(sample: str, haplotype: str, vaf: str, events: str, **other: str) -> tuple[str, ...]:
    cells = dict(zip(HEADER, (sample, haplotype, vaf, events, *SETTINGS), strict=True))
    return tuple((cells | other).values())


GOOD = (
    row("A", "itd", "0.4", "one:900-960dup filler=ACG"),
    row("A", "deletion", "0.25", "two:1000-1003del"),
    row("B", "none", "", ""),
)


def write_table(path: Path, rows: tuple[tuple[str, ...], ...]) -> Path:
    path.write_text("".join("\t".join(cells) + "\n" for cells in (HEADER, *rows)))
    return path


def run(
    folder: Path, sample: str = "A", rows: tuple[tuple[str, ...], ...] = GOOD, **other: str
) -> int:
    folder.mkdir(exist_ok=True)
    targets = folder / "targets.bed"
    targets.write_text("one\t850\t1050\tG|exon1\ntwo\t900\t1100\tH|exon1\n")
    options = {
        "reference": str(write_fasta(folder / "reference.fa", REFERENCE)),
        "simulation": str(write_table(folder / "simulation.tsv", rows)),
        "targets": str(targets),
        "sample": sample,
        "out1": str(folder / "R1.fastq.gz"),
        "out2": str(folder / "R2.fastq.gz"),
        "truth": str(folder / "truth.tsv"),
    } | other
    parser = argparse.ArgumentParser()
    simulate.add_arguments(parser)
    return simulate.run(parser.parse_args([f"--{key}={value}" for key, value in options.items()]))


def outputs(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in ("R1.fastq.gz", "R2.fastq.gz", "truth.tsv")]


def test_writes_paired_fastq_and_the_truth(tmp_path: Path) -> None:
    assert run(tmp_path) == 0
    names = []
    for mate in (1, 2):
        lines = gzip.decompress((tmp_path / f"R{mate}.fastq.gz").read_bytes()).decode().splitlines()
        assert lines[0] == "@A:00000000"
        assert {len(line) for line in lines[1::4]} == {len(line) for line in lines[3::4]} == {75}
        assert set(lines[2::4]) == {"+"}
        names.append(lines[::4])
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])
    truth = {(t.contig, t.haplotype): t for t in read_table(tmp_path / "truth.tsv", TruthRow)}
    assert set(truth) == {
        ("one", "wildtype"),
        ("one", "itd"),
        ("two", "wildtype"),
        ("two", "deletion"),
    }
    assert truth["two", "wildtype"].vaf == 0.75
    assert sum(t.fragments for t in truth.values()) == len(names[0])


def test_same_seed_same_bytes_whatever_else_is_in_the_table(tmp_path: Path) -> None:
    run(tmp_path / "first")
    run(tmp_path / "again", rows=(*GOOD[2:], *GOOD[:2]))
    assert outputs(tmp_path / "first") == outputs(tmp_path / "again")
    run(tmp_path / "other", seed="2")
    assert outputs(tmp_path / "first")[0] != outputs(tmp_path / "other")[0]


def test_samples_of_one_seed_differ(tmp_path: Path) -> None:
    rows = (row("A", "none", "", ""), row("B", "none", "", ""))
    run(tmp_path / "a", "A", rows)
    run(tmp_path / "b", "B", rows)
    reads = [
        gzip.decompress((tmp_path / name / "R1.fastq.gz").read_bytes()).split(b"\n")[1::4]
        for name in "ab"
    ]
    assert sum(a == b for a, b in zip(*reads, strict=False)) < 5


def test_depth_of_the_command_line_replaces_that_of_the_table(tmp_path: Path) -> None:
    run(tmp_path, depth="100;H=0")
    truth = read_table(tmp_path / "truth.tsv", TruthRow)
    assert {t.contig for t in truth if t.fragments} == {"one"}


BAD_ROWS = [
    ((row("A/1", "none", "", ""),), "row 2, column sample: found 'A/1'"),
    ((GOOD[0], row("A", "itd", "0.1", "two:9del")), "row 3, column haplotype: found 'itd'"),
    ((row("A", "wildtype", "0.1", "two:9del"),), "row 2, column haplotype"),
    ((row("A", "x", "1.5", "two:9del"),), "row 2, column vaf: found 1.5"),
    ((row("A", "x", "", "two:9del"),), "row 2, column vaf: found None"),
    ((row("A", "x", "many", "two:9del"),), "row 2, column vaf: found 'many'"),
    ((row("A", "x", "0.1", "two:9"),), "row 2, column events: event 'two:9': not understood"),
    ((row("A", "x", "0.1", ""),), "row 2, column events"),
    ((GOOD[0], row("A", "y", "0.7", "one:9del")), "row 3, column vaf: .* add up to 1.1"),
    ((GOOD[0], row("A", "none", "", "")), "row 3, column events: empty, but"),
    ((GOOD[0], row("A", "y", "0.1", "two:9del", depth="9")), "row 3, column depth: found 9, but"),
    ((row("A", "none", "", "", depth="lots"),), "row 2, column depth"),
    ((row("A", "none", "", "", depth="-1"),), "row 2, column depth"),
    ((row("A", "none", "", "", depth="1;G"),), "row 2, column depth.*NAME=NUMBER"),
    ((row("A", "none", "", "", assay="exome"),), "row 2, column assay: found 'exome'"),
    ((row("A", "none", "", "", read_length="5"),), "row 2, column read_length: found 5"),
    ((row("A", "none", "", "", fragment_mean="nan"),), "row 2, column fragment_mean"),
    ((row("A", "none", "", "", fragment_sd="900"),), "row 2, column fragment_sd"),
    ((row("B", "none", "", ""),), "no row for the sample 'A'; the table has B"),
    ((), "no rows below its header"),
    ((row("A", "none", "", "", depth="5;X=1"),), "'X' is neither a target, a gene nor a contig"),
    ((row("A", "x", "0.1", "three:9del"),), "no target lies on three"),
    ((row("A", "x", "0.1", "one:9-5000del"),), "outside one of 2000 bases"),
    ((row("A", "none", "", "", depth="0"),), "no fragment at this depth"),
]


@pytest.mark.parametrize(("rows", "message"), BAD_ROWS)
def test_bad_tables_are_refused_and_nothing_is_written(
    tmp_path: Path, rows: tuple[tuple[str, ...], ...], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        run(tmp_path, rows=rows)
    assert {path.name for path in tmp_path.iterdir()} == {
        "reference.fa",
        "simulation.tsv",
        "targets.bed",
    }


def test_outputs_must_be_files_of_their_own(tmp_path: Path) -> None:
    for other in (
        {"out2": str(tmp_path / "R1.fastq.gz")},
        {"truth": str(tmp_path / "targets.bed")},
    ):
        with pytest.raises(UserError, match="would be lost"):
            run(tmp_path, "A", GOOD, **other)
    with pytest.raises(UserError, match="end in"):
        run(tmp_path, out1=str(tmp_path / "R1.fastq"))
    with pytest.raises(UserError, match="cannot be written"):
        run(tmp_path, out1=str(tmp_path / "targets.bed" / "R1.fastq.gz"))
    assert not list(tmp_path.glob("*.gz"))


def test_the_folders_of_outputs_are_made(tmp_path: Path) -> None:
    given = {"out1": "a/b/R1.fastq.gz", "out2": "c/R2.fastq.gz", "truth": "d/truth.tsv"}
    run(tmp_path, "A", GOOD, **{key: str(tmp_path / path) for key, path in given.items()})
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/**/*") if path.is_file()}
    assert made == set(given.values())


def test_baits_and_poor_bases_are_options(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    run(plain)
    for number, other in enumerate(
        ({"bait-bases": "40"}, {"poor-tails": "0.5"}, {"poor-cycles": "30-40=0.5"})
    ):
        folder = tmp_path / str(number)
        run(folder, "A", GOOD, **other)
        assert outputs(folder)[:2] != outputs(plain)[:2]


@pytest.mark.parametrize("text", ["30=0.5", "0-4=0.5", "40-30=0.5", "30-40", "30-40=1.1"])
def test_poor_cycles_are_first_last_and_share(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    with pytest.raises(SystemExit):
        run(tmp_path, "A", GOOD, **{"poor-cycles": text})
    assert "expected" in capsys.readouterr().err


def test_bed_keeps_its_first_line_and_refuses_what_does_not_fit(tmp_path: Path) -> None:
    bed = tmp_path / "t.bed"
    bed.write_text("track name=x\none\t1\t9\none\t2\t8\tA\t0\t-\n")
    targets = read_targets(bed)
    assert [(t.name, t.start, t.reverse) for t in targets] == [
        ("one:2-9", 1, False),
        ("A", 2, True),
    ]
    for text, message in (
        ("one 1 9\n", "row 1"),
        ("one\t1\t9\none\t9\t9\n", "row 2: the interval one:9-9 has no bases"),
        ("# nothing\n", "no targets"),
    ):
        bed.write_text(text)
        with pytest.raises(UserError, match=message):
            read_targets(bed)
    for text, message in (
        ("three\t1\t9\tX\n", "no contig 'three', which target X names"),
        ("one\t1\t2001\tX\n", "one has 2000 bases, target X ends at 2001"),
    ):
        bed.write_text(text)
        with pytest.raises(UserError, match=message):
            run(tmp_path, targets=str(bed))


def test_the_table_of_the_example_is_read() -> None:
    panel = Path(__file__).parents[2] / "panels" / "example"
    designs = {design.sample: design for design in read_designs(panel / "simulation.tsv")}
    inherited = designs["C001_control"].haplotypes  # common SNPs, by which persons are told apart
    assert {(one.vaf, event.change) for one in inherited for event in one.events} == {
        (0.5, Alteration.SUBSTITUTION)
    }
    targets = read_targets(panel / "targets.bed")
    references = read_references(panel / "reference.fa", targets)
    for design in designs.values():
        assert simulate.simulate(design, references, targets, seed=1).fragments


@pytest.mark.parametrize("assay", ["rna", "long"])
def test_what_is_not_simulated_is_refused(tmp_path: Path, assay: str) -> None:
    rows = (row("A", "none", "", "", assay=assay),)
    with pytest.raises(UserError, match=f"assay: found {assay}; allowed: capture, amplicon"):
        run(tmp_path, rows=rows)

"""KMT2A-PTD through the workflow: control BAMs, a patient's FASTQ, and the table for later runs."""

import random
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from tests.builders import (
    FastqRead,
    Read,
    random_sequence,
    write_bam,
    write_fastq,
)
from tests.kmt2a_builders import CONTIG, EXONS, LENGTH, SEQUENCE, write_gene
from tests.workflow.conftest import ROOT, Workplace

CONTROLS = 8
SHORTEST, LONGEST, READ, USUAL = 200, 360, 150, 300
"""Bases of a fragment and of a read; fragments over an exon."""
BEHIND, START = EXONS[7][1] + 60, EXONS[1][0] - 80
"""The duplicated segment: from intron 1 to intron 8, within the reach of captured fragments."""


def fragments(seed: int, vaf: float = 0.0) -> list[tuple[int, str]]:
    """Fragments that probes of the exons catch: start on the reference or mutant, and sequence.

    The depth of each exon varies by 1 % between libraries.
    """
    draw = random.Random(seed)
    mutant, shift = SEQUENCE[:BEHIND] + SEQUENCE[START:], BEHIND - START
    found = []
    for number, (exon, _) in enumerate(EXONS, start=1):
        usual = USUAL * draw.gauss(1, 0.01)
        copies = (
            [exon, exon + shift] if 2 <= number <= 8 else [exon if number == 1 else exon + shift]
        )
        for sequence, places, share in ((SEQUENCE, [exon], 1 - vaf), (mutant, copies, vaf)):
            for place in places * round(usual * share):
                length = draw.randint(SHORTEST, LONGEST)
                first = draw.randrange(place - length + 50, place + 150)
                found.append((first, sequence[first : first + length]))
    return found


def write_control(path: Path, seed: int) -> Path:
    reads = [
        Read(f"f{i}", CONTIG, first, f"{len(bases)}M", bases)
        for i, (first, bases) in enumerate(fragments(seed))
    ]
    usual = (ROOT / "panels" / "example" / "reference.fa").read_text("ascii")
    contigs = {CONTIG: LENGTH}
    for record in usual.split(">")[1:]:
        name, *lines = record.split("\n")
        contigs[name.split()[0]] = sum(map(len, lines))
    return write_bam(path, contigs, reads)


def write_patient(folder: Path, name: str, seed: int, vaf: float) -> dict[str, str]:
    """The FASTQ files of a patient, as cells of the sheet."""
    mates: tuple[list[FastqRead], list[FastqRead]] = ([], [])
    for i, (_, bases) in enumerate(fragments(seed, vaf)):
        pair = bases[:READ], reverse_complement(bases)[:READ]
        for reads, whole in zip(mates, pair, strict=True):
            # As in any library, a few reads end in something else, and are clipped.
            sequence = whole[:-25] + random_sequence(25, seed=i) if i % 100 == 0 else whole
            reads.append(FastqRead(f"{name}.{i}", sequence, "F" * READ))
    paths = [folder / f"{name}_R{number}.fastq.gz" for number in (1, 2)]
    for path, reads in zip(paths, mates, strict=True):
        write_fastq(path, reads)
    return {"sample": name, "patient": name, "fq1": str(paths[0]), "fq2": str(paths[1])}


@pytest.fixture(scope="module")
def gene(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Reference and panel of a configuration: the example's genome, and a gene of 14 exons."""
    return write_gene(tmp_path_factory.mktemp("gene"))


def test_controls_find_a_duplication_and_serve_a_later_run(
    workplace: Workplace, gene: dict[str, dict[str, str]]
) -> None:
    folder = workplace.folder
    rows = ["sample\tassay\tbam"]
    for number in range(CONTROLS):
        write_control(folder / f"C{number}.bam", seed=number)
        rows.append(f"C{number}\tcapture\tC{number}.bam")
    (folder / "controls.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    patients = [
        write_patient(folder, "duplicated", 100, 0.5),
        write_patient(folder, "wild", 101, 0.0),
    ]
    table = "first/controls/kmt2a_dosage.capture.tsv"
    for output, controls in (
        ("first", {"samples": "controls.tsv"}),
        ("later", {"kmt2a_dosage": {"capture": table}}),
    ):
        option = workplace.configure(output, patients, controls=controls, **gene)
        wanted = [f"{output}/{one['sample']}/kmt2a_ptd.tsv" for one in patients]
        run = workplace.successful(option, *wanted)
        assert run.jobs.get("kmt2a_dosage", 0) == (output == "first")
        (found,), (wild,) = (workplace.table(path) for path in wanted)
        assert found["status"] == "detected"
        assert found["exons"] == "2-8"
        assert found["junction"].startswith("intron 8 to intron 1, chr11:")
        assert found["junction_hgvs_g"].startswith("NC_000011.10:g.")
        assert found["basis"] == "dosage; junction"
        assert float(found["ratio"]) == pytest.approx(1.5, abs=0.12)
        assert wild["status"] == "not_detected"
        assert 0 < float(wild["limit_of_detection"]) < 0.5
    assert len(workplace.table(table)) == CONTROLS * len(EXONS)

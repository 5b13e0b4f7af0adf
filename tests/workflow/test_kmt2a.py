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
    write_fasta,
    write_fastq,
)
from tests.workflow.conftest import ROOT, Workplace

LENGTH = 16_000
EXONS = tuple((1000 + 1000 * i, 1200 + 1000 * i) for i in range(14))
CONTIG, CONTROLS = "chr11", 8
SHORTEST, LONGEST, READ, USUAL = 200, 360, 150, 300
"""Bases of a fragment and of a read; fragments over an exon."""
BEHIND, START = EXONS[7][1] + 60, EXONS[1][0] - 80
"""The duplicated segment: from intron 1 to intron 8, within the reach of captured fragments."""


def coding_sequence() -> str:
    """A random contig whose exons hold one reading frame, from ATG to the only stop codon."""
    bases = list(random_sequence(LENGTH, seed=3))
    coding = [place for start, end in EXONS for place in range(start, end)]
    for first, second, third in zip(coding[::3], coding[1::3], coding[2::3], strict=False):
        if bases[first] + bases[second] + bases[third] in ("TAA", "TAG", "TGA"):
            bases[third] = "C"
    for places, codon in ((coding[:3], "ATG"), (coding[-4:-1], "TAA")):
        for place, base in zip(places, codon, strict=True):
            bases[place] = base
    return "".join(bases)


SEQUENCE = coding_sequence()


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
    folder = tmp_path_factory.mktemp("gene")
    usual = (ROOT / "panels" / "example" / "reference.fa").read_text("ascii")
    write_fasta(folder / "genome.fa", {CONTIG: SEQUENCE})
    with (folder / "genome.fa").open("a", encoding="ascii") as file:
        file.write(usual)
    lines = []
    for number, (start, end) in enumerate(EXONS, start=1):
        named = f'gene_name "KMT2A"; transcript_id "ENST00000534358.8"; exon_number "{number}";\n'
        coding_end = end - (number == len(EXONS))  # 2799 coding bases: 933 codons
        frame = -200 * (number - 1) % 3
        lines += [
            f"{CONTIG}\tx\texon\t{start + 1}\t{end}\t.\t+\t.\t{named}",
            f"{CONTIG}\tx\tCDS\t{start + 1}\t{coding_end}\t.\t+\t{frame}\t{named}",
        ]
    (folder / "genes.gtf").write_text("".join(lines), "utf-8")
    targets = [f"{CONTIG}\t{start}\t{end}\texon\n" for start, end in EXONS]
    (folder / "targets.bed").write_text("".join(targets), "utf-8")
    reference = {"fasta": str(folder / "genome.fa"), "gene_models": str(folder / "genes.gtf")}
    panel = {"name": "gene", "targets": str(folder / "targets.bed")}
    return {"reference": reference | {"build": "GRCh38"}, "panel": panel}


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

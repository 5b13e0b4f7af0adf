"""The programs of KMT2A-PTD on files: a gene of 14 exons, controls, and patients."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table, write_table
from flt3itd.fitness_records import Fit, Question, Verdict
from flt3itd.hgvs.names import GenomicNumbering
from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage, ExonState
from scripts.genome.gene_models import read_transcripts
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import merged_targets
from scripts.kmt2a import controls as kmt2a_controls
from scripts.kmt2a.dosage import Dosage
from scripts.kmt2a.junction import Breakpoints, PtdJunction
from scripts.kmt2a.ptd import ExonDepths, find_ptd, kmt2a_row, with_verdict
from scripts.kmt2a.rows import ControlExon, Kmt2aPtd, kmt2a_transcript
from scripts.panel.read_rules import ReadRules
from tests.builders import Read, random_sequence, write_bam, write_fasta

LENGTH = 16_000
EXONS = tuple((1000 + 1000 * i, 1200 + 1000 * i) for i in range(14))
SEQUENCE = random_sequence(LENGTH, seed=3)
ATTRIBUTES = (
    'gene_name "{gene}"; transcript_id "{transcript}"; tag "MANE_Select"; exon_number "{number}";'
)


class ReportedAt:
    """The files of one run, in a folder."""

    def __init__(
        self, folder: Path, gene: str = "KMT2A", transcript: str = "ENST00000534358.8"
    ) -> None:
        self.folder = folder
        self.random = np.random.default_rng(5)
        self.fasta = write_fasta(folder / "genome.fa", {"chr11": SEQUENCE})
        self.gtf = folder / "genes.gtf"
        lines = [
            f"chr11\tx\t{feature}\t{start + 1}\t{end}\t.\t+\t0\t"
            + ATTRIBUTES.format(gene=gene, transcript=transcript, number=number)
            for number, (start, end) in enumerate(EXONS, start=1)
            for feature in ("exon", "CDS")
        ]
        self.gtf.write_text("\n".join(lines) + "\n")
        self.targets = folder / "targets.bed"
        self.targets.write_text("".join(f"chr11\t{a - 5}\t{b + 5}\n" for a, b in EXONS))

    def bam(self, name: str, copies: Mapping[int, float], extra: tuple[Read, ...] = ()) -> Path:
        """A library with about 150 fragments at each exon, more where there are more copies."""
        reads = list(extra)
        for number, (start, end) in enumerate(EXONS, start=1):
            usual = 150 * (1 + 0.02 * number) * self.random.normal(1, 0.03)
            count = round(usual * copies.get(number, 1.0))
            reads += [
                Read(f"{number}.{i}", "chr11", start, f"{end - start}M", SEQUENCE[start:end])
                for i in range(count)
            ]
        return write_bam(self.folder / f"{name}.bam", {"chr11": LENGTH}, reads)

    @property
    def options(self) -> list[str]:
        paths = {"fasta": self.fasta, "gene-models": self.gtf, "targets": self.targets}
        given = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
        return [*given, "--minimum-depth", "100", "--minimum-mapping-quality", "20"]

    def controls(self, bams: Mapping[str, Path]) -> Path:
        out = self.folder / "kmt2a_dosage.capture.tsv"
        given = ["--names", *bams, "--bams", *map(str, bams.values()), "--assay", "capture"]
        kmt2a_controls.main([*given, *self.options, "--out", str(out)])
        return out

    def coverage(self, bam: Path) -> Path:
        """coverage.tsv, with the mean depths that the controls have for this BAM."""
        rows = read_table(self.controls({"S": bam}), ControlExon)
        table = [
            ExonCoverage("S", "KMT2A", str(row.exon), row.chrom, row.start, row.end,
                         row.end - row.start + 1, 0, row.mean, 1, 1, 1, ExonState.COVERED)
            for row in rows
        ]  # fmt: skip
        # Exons of other genes, and what the gene models give no number, are not compared.
        table += [replace(one, gene="TP53") for one in table[2:3]]
        table += [replace(one, exon="") for one in table[2:3]]
        write_table(self.folder / "coverage.tsv", ExonCoverage, table)
        return self.folder / "coverage.tsv"

    def answer(self, bam: Path, controls: Path | None, assay: Assay = Assay.CAPTURE) -> Kmt2aPtd:
        regions = merged_targets(self.targets)
        transcripts = read_transcripts(self.gtf, regions, sequence_reader(self.fasta))
        rows = read_table(self.folder / "coverage.tsv", ExonCoverage)
        gene = kmt2a_transcript(transcripts)
        depths = ExonDepths(rows, controls, 100)
        return find_ptd("S", gene, bam, ReadRules(assay, 20), depths, build="GRCh38")


RAISED = dict.fromkeys(range(2, 9), 1.6)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> ReportedAt:
    return ReportedAt(tmp_path_factory.mktemp("kmt2a"))


@pytest.fixture(scope="module")
def controls(place: ReportedAt) -> Path:
    made = place.controls({f"C{i}": place.bam(f"C{i}", {}) for i in range(10)})
    kept = place.folder / "controls.tsv"
    return made.rename(kept)


def test_dosage_is_found_in_files(place: ReportedAt, controls: Path) -> None:
    bam = place.bam("raised", RAISED)
    place.coverage(bam)
    row = place.answer(bam, controls)
    assert row.status is Status.DETECTED
    assert row.basis == "dosage"
    assert row.exons == "2-8"
    assert row.vaf == pytest.approx(0.6, abs=0.15)
    assert row.vaf and row.vaf_low and row.vaf_high
    assert row.vaf_low < row.vaf < row.vaf_high
    assert row.controls == 10
    assert row.reference_exons == "12 13 14"
    assert len(row.exon_ratios.split(" ")) == 14
    assert row.remark == ""


def test_the_depth_of_rna_counts_no_gene_copies(place: ReportedAt, controls: Path) -> None:
    bam = place.bam("expressed", RAISED)
    place.coverage(bam)
    row = place.answer(bam, controls, Assay.RNA)
    assert row.dosage_status is Status.NOT_ASSESSABLE
    assert row.status is not Status.DETECTED
    assert row.ratio is None


def test_rna_without_an_alignment_says_what_to_give(place: ReportedAt, controls: Path) -> None:
    place.coverage(place.bam("expressed", RAISED))
    empty = write_bam(place.folder / "empty.bam", {"chr11": LENGTH}, [])
    row = place.answer(empty, controls, Assay.RNA)
    assert (row.status, row.dosage_status) == (Status.NOT_ASSESSABLE, Status.NOT_ASSESSABLE)
    assert "give a spliced BAM" in row.reason


def test_long_reads_are_not_searched_whatever_they_show(place: ReportedAt, controls: Path) -> None:
    bam = place.bam("long", RAISED)
    place.coverage(bam)
    row = place.answer(bam, controls, Assay.LONG)
    assert (row.status, row.basis, row.limit_of_detection) == (Status.NOT_ASSESSABLE, "", None)
    assert row.reason.startswith("long reads")


def test_wild_type_has_a_limit(place: ReportedAt, controls: Path) -> None:
    bam = place.bam("wild", {})
    place.coverage(bam)
    row = place.answer(bam, controls)
    assert row.status is row.dosage_status is Status.NOT_DETECTED
    assert row.limit_of_detection is not None and 0 < row.limit_of_detection < 0.5
    assert row.junction_fragments == 0


def test_a_junction_detects_where_dosage_cannot(place: ReportedAt) -> None:
    behind, start = EXONS[7][1] + 20, EXONS[1][0] - 30
    bases = SEQUENCE[behind - 50 : behind] + SEQUENCE[start : start + 50]
    reads = tuple(
        Read(f"j{i}", "chr11", behind - 50, "50M50S", bases,
             tags=(("SA", f"chr11,{start + 1},+,50S50M,60,0;"),))
        for i in range(5)
    )  # fmt: skip
    bam = place.bam("junction", {}, reads)
    place.coverage(bam)
    row = place.answer(bam, None)
    assert row.status is Status.DETECTED
    assert row.dosage_status is Status.NOT_ASSESSABLE
    assert row.basis == "junction"
    assert row.exons == "2-8"
    assert "0 controls" in row.reason
    assert row.junction_hgvs_g.startswith("NC_000011.10:g.")
    assert row.remark == ""
    assert row.vaf is None
    assert row.limit_of_detection is None


def test_a_clean_search_for_the_junction_says_nothing(place: ReportedAt) -> None:
    bam = place.bam("clean", {})
    place.coverage(bam)
    row = place.answer(bam, None)
    assert row.status is Status.NOT_ASSESSABLE
    assert row.reason


def test_rna_has_no_dosage(place: ReportedAt, controls: Path) -> None:
    spliced = tuple(
        Read(f"n{i}", "chr11", EXONS[k][1] - 50, f"50M{EXONS[k + 1][0] - EXONS[k][1]}N50M",
             SEQUENCE[EXONS[k][1] - 50 : EXONS[k][1]]
             + SEQUENCE[EXONS[k + 1][0] : EXONS[k + 1][0] + 50])
        for k in range(13) for i in range(40)
    )  # fmt: skip
    bam = place.bam("rna", RAISED, spliced)
    place.coverage(bam)
    row = place.answer(bam, controls)
    assert row.status is Status.NOT_ASSESSABLE
    assert "RNA" in row.reason


def test_controls_must_be_of_the_same_assay_and_targets(place: ReportedAt, controls: Path) -> None:
    bam = place.bam("other", {})
    place.coverage(bam)
    with pytest.raises(UserError, match="found controls of assay 'capture', the sample"):
        place.answer(bam, controls, assay=Assay.AMPLICON)
    rows = read_table(controls, ControlExon)
    cut = place.folder / "cut.tsv"
    write_table(cut, ControlExon, [replace(row, end=row.end - 1) for row in rows])
    with pytest.raises(UserError, match=r"cut\.tsv: was made with other targets of KMT2A"):
        place.answer(bam, cut)


def test_a_control_like_a_patient_stays_in_the_table_unused(
    place: ReportedAt, caplog: pytest.LogCaptureFixture
) -> None:
    bams = {f"C{i}": place.bam(f"D{i}", {}) for i in range(10)}
    with caplog.at_level("INFO"):
        table = place.controls({**bams, "P": place.bam("P", RAISED)})
    unused = {row.control for row in read_table(table, ControlExon) if not row.used}
    assert unused == {"P"}
    assert "P: not used as a control of KMT2A" in caplog.text


@pytest.mark.parametrize(
    ("gene", "transcript", "reason"),
    [("NPM1", "ENST00000296930.10", "not in the targets"), ("KMT2A", "NM_005933.4", "NM_005933.4")],
)
def test_another_gene_or_transcript_is_not_assessable(
    tmp_path: Path, gene: str, transcript: str, reason: str
) -> None:
    place = ReportedAt(tmp_path, gene, transcript)
    bam = place.bam("S", {})
    table = place.controls({"C": bam})
    assert read_table(table, ControlExon) == []
    assert place.coverage(bam).exists()
    row = place.answer(bam, table)
    assert row.status is Status.NOT_ASSESSABLE
    assert reason in row.reason


def test_without_exon_1_a_raise_has_a_remark() -> None:
    dosage = Dosage(Status.DETECTED, exons=(2, 8), ratio=1.5, interval=(1.4, 1.6), limit=0.1)
    assert "exon 1 is not read" in kmt2a_row("S", dosage).remark
    assert kmt2a_row("S", replace(dosage, exon_1_read=True)).remark == ""
    junction = PtdJunction(Breakpoints(9, 4, "", 0), (2, 8), False, "intron 8 to", 5, 10.0)
    row = kmt2a_row("S", dosage, [junction, junction], GenomicNumbering("NC_000011.10"))
    assert row.remark == "other junctions with fewer fragments: 1"
    assert row.basis == "dosage; junction"
    assert row.junction_hgvs_g == "NC_000011.10:g.5_9dup"


@pytest.mark.parametrize(
    ("status", "misleads", "expected"),
    [
        (Status.NOT_DETECTED, False, Status.NOT_ASSESSABLE),
        (Status.DETECTED, False, Status.DETECTED),
        (Status.DETECTED, True, Status.NOT_ASSESSABLE),
        (Status.NOT_ASSESSABLE, False, Status.NOT_ASSESSABLE),
    ],
)
def test_of_unfit_reads_no_negative_answer_stands(
    status: Status, misleads: bool, expected: Status
) -> None:
    row = kmt2a_row("S", Dosage(status, "too few controls", limit=0.1, exons=(2, 8)))
    unfit = Verdict(Question.KMT2A, Fit.UNFIT, ("9 reads are hard clipped",), (), misleads)
    found = with_verdict(row, unfit)
    assert found.status is expected
    assert (found.limit_of_detection is None) is (expected is Status.NOT_ASSESSABLE)
    told = "too few controls" if status is Status.NOT_ASSESSABLE else "hard clipped"
    assert told in found.reason + found.remark
    assert with_verdict(row, Verdict(Question.KMT2A, Fit.REMARK, (), ("mind",))) == row

"""The table of KMT2A controls: parts of exons, their depth, and what makes a control unfit."""

from pathlib import Path

from flt3itd.common.assay import Assay
from scripts.coverage.exon_coverage import ExonPart
from scripts.kmt2a.controls import control_doses, control_rows, doses_of, marked
from scripts.kmt2a.dosage import ExonDose
from tests.builders import Read, random_sequence, write_bam

SEQUENCE = random_sequence(1000, seed=8)


def test_parts_of_an_exon_are_one_dose_by_their_bases() -> None:
    parts = [(3, 101, 200, 10.0), (4, 1, 1, 5.0), (3, 301, 310, 43.0)]
    assert doses_of(parts) == {3: ExonDose(110, 13.0), 4: ExonDose(1, 5.0)}


def test_the_rows_of_a_control_are_its_mean_depth_over_each_part(tmp_path: Path) -> None:
    reads = [Read(f"r{i}", "chr11", 150, "100M", SEQUENCE[150:250]) for i in range(4)]
    reads.append(Read("elsewhere", "chr11", 150, "100M", SEQUENCE[150:250], mapping_quality=19))
    bam = write_bam(tmp_path / "C.bam", {"chr11": len(SEQUENCE)}, reads)
    parts = [ExonPart("KMT2A", "3", "chr11", 100, 200), ExonPart("KMT2A", "4", "chr11", 200, 225)]
    rows = control_rows("C", bam, parts, Assay.CAPTURE, 20)
    assert [(row.exon, row.start, row.end, row.mean) for row in rows] == [
        (3, 101, 200, 2.0), (4, 201, 225, 4.0)
    ]  # fmt: skip
    assert control_rows("C", bam, [], Assay.CAPTURE, 20) == []
    assert control_doses(rows) == {"C": {3: ExonDose(100, 2.0), 4: ExonDose(25, 4.0)}}
    unused = marked(rows, {"C": "too shallow"})
    assert {(row.used, row.remark) for row in unused} == {(False, "too shallow")}
    assert control_doses(unused) == {}
    assert marked(rows, {"another": "x"}) == rows

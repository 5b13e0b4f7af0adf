"""RNA from FASTQ goes on into exons that the locus does not hold."""

from pathlib import Path

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import spliced_template
from tests.builders import random_sequence, read_pairs, write_fastq
from tests.itd_builders import call

BESIDE = 300
TEMPLATE = spliced_template(flt3_locus())


def test_reads_that_begin_and_end_beside_the_locus(tmp_path: Path) -> None:
    whole = f"{random_sequence(BESIDE, 1)}{TEMPLATE.sequence}{random_sequence(BESIDE, 2)}"
    pairs = read_pairs([("wildtype", whole, 1.0)], 500)
    first = write_fastq(tmp_path / "1.fastq", [pair.first for pair in pairs])
    second = write_fastq(tmp_path / "2.fastq", [pair.second for pair in pairs])
    called = call(tmp_path, "--fastq", str(first), str(second), "--assay", "rna")
    assert called.document["itd"]["status"] == "not_detected"
    assert called.document["tkd"]["status"] == "not_detected"

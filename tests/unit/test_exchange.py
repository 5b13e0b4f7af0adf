"""Open formats: each is read back by its own library; skipped where the extra is not installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.records.json_text import json_text
from tests.report_builders import NO_ITD_ANSWER, flt3_result, panel_variant, report_of

WHY = "the extra `exchange` is not installed"
fhir = pytest.importorskip("fhir.resources.R4B.bundle", reason=WHY)
phenopackets = pytest.importorskip("phenopackets", reason=WHY)
json_format = pytest.importorskip("google.protobuf.json_format", reason=WHY)
rocrate = pytest.importorskip("rocrate.rocrate", reason=WHY)
pytest.importorskip("ga4gh.vrs", reason=WHY)

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    from scripts.exchange.write import main  # noqa: PLC0415

    variant = panel_variant(chrom="chr5", pos=6, ref="C", alt="CTCTG")
    report = report_of(tmp_path, flt3=flt3_result(itd=NO_ITD_ANSWER), variants=(variant,))
    (tmp_path / "report.json").write_text(json_text(report), "utf-8")
    (tmp_path / "genome.fa").write_text(">chr5\nACGTACGTAC\n", "ascii")
    main(["--report", str(tmp_path / "report.json"), "--fasta", str(tmp_path / "genome.fa")])
    return tmp_path / "exchange"


def test_the_bundle_keeps_the_three_states(written: Path) -> None:
    text = (written / "fhir.json").read_text("utf-8")
    bundle = fhir.Bundle.model_validate_json(text)
    answers = {
        one.resource.id: one.resource.valueCodeableConcept.coding[0].display
        for one in bundle.entry
        if one.resource.get_resource_type() == "Observation"
    }
    assert answers == {
        "flt3-itd": "No call",
        "flt3-tkd": "Absent",
        "panel": "Present",
        "variant-1": "Present",
    }


def test_identifiers_are_those_of_the_change(written: Path) -> None:
    from scripts.exchange.vrs import identifier  # noqa: PLC0415

    found = json.loads((written / "vrs.json").read_text("utf-8"))
    (name,) = found.values()
    assert name.startswith("ga4gh:VA.")
    accession = "SQ._0wi-qoDrvram155UmcSC-zA5ZK4fpLT"
    assert identifier(accession, 10, "CA", "CG") == identifier(accession, 11, "A", "G")


def test_packet_and_crate_are_read_back(written: Path) -> None:
    packet = json_format.Parse(
        (written / "phenopacket.json").read_text("utf-8"), phenopackets.Phenopacket()
    )
    (found,) = packet.interpretations[0].diagnosis.genomic_interpretations
    assert found.variant_interpretation.variation_descriptor.gene_context.symbol == "NPM1"
    crate = rocrate.ROCrate(written)
    assert {one.id for one in crate.get_by_type("File")} >= {"fhir.json", "vrs.json"}

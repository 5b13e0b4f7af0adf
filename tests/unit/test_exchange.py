"""Open formats: each is read back by its own library; skipped where the extra is not installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pysam import VariantFile

from flt3itd.common.errors import UserError
from scripts.coverage.rows import ExonState
from scripts.records.json_text import json_text
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    flt3_result,
)
from tests.report_builders import (
    exon_coverage,
    panel_variant,
    report_of,
)

EXONS = (
    exon_coverage("NPM1", "11"),
    exon_coverage("IDH1", "4"),
    exon_coverage("TP53", "5"),
    exon_coverage(
        "TP53", "6", status=ExonState.NOT_ASSESSABLE, reason="minimum depth 12, below 100"
    ),
)
"""One gene with a variant, one without, and one of which an exon is blind."""
THREE_STATES = {
    "flt3-itd": "No call",
    "flt3-tkd": "Absent",
    "panel": "Present",
    "gene-NPM1": "Present",
    "gene-IDH1": "Absent",
    "gene-TP53": "No call",
    "ubtf-td": "No call",
}
CALLS = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr5,length=10>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chr5\t6\t.\tC\tCTCTG\t.\tPASS\t.\n"
    "chr5\t8\t.\tT\t<DEL>\t.\tPASS\t.\n"
)
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
    report = report_of(
        tmp_path, flt3=flt3_result(itd=NO_ITD_ANSWER), variants=(variant,), exons=EXONS
    )
    (tmp_path / "report.json").write_text(json_text(report), "utf-8")
    (tmp_path / "genome.fa").write_text(">chr5\nACGTACGTAC\n", "ascii")
    given = {"report": "report.json", "fasta": "genome.fa", "out": "exchange"}
    for name in ("itd", "panel"):
        (tmp_path / f"{name}.vcf").write_text(CALLS, "ascii")
        given[name] = f"{name}.vcf"
    main([word for name, file in given.items() for word in (f"--{name}", str(tmp_path / file))])
    return tmp_path / "exchange"


def test_the_bundle_keeps_the_three_states(written: Path) -> None:
    text = (written / "fhir.json").read_text("utf-8")
    bundle = fhir.Bundle.model_validate_json(text)
    answers = {
        one.resource.id: one.resource.valueCodeableConcept.coding[0].display
        for one in bundle.entry
        if one.resource.get_resource_type() == "Observation"
    }
    assert answers == THREE_STATES | {"variant-1": "Present"}
    (variant,) = (one.resource for one in bundle.entry if one.resource.id == "variant-1")
    codes = {one.code.coding[0].code: one.valueCodeableConcept for one in variant.component}
    (assembly,) = codes["62374-4"].coding
    assert (assembly.code, assembly.display) == ("LA26806-2", "GRCh38")


def test_identifiers_are_those_of_the_change(written: Path) -> None:
    found = json.loads((written / "vrs.json").read_text("utf-8"))
    (name,) = found.values()
    assert name.startswith("ga4gh:VA.")
    for kind in ("itd", "panel"):
        with VariantFile(str(written / f"{kind}.vrs.vcf.gz")) as records:
            variant, symbolic = records
        reference, alternate = variant.info["VRS_Allele_IDs"]
        assert alternate == name
        assert reference.startswith("ga4gh:VA.")
        assert reference != name
        assert "VRS_Allele_IDs" not in symbolic.info


def test_a_duplication_has_one_identifier_wherever_it_is_placed(tmp_path: Path) -> None:
    from scripts.exchange.vrs import Genome  # noqa: PLC0415

    (tmp_path / "genome.fa").write_text(">c\nTTACGCAGCAGCATGACC\n", "ascii")
    genome = Genome(tmp_path / "genome.fa")
    placed = [(5, "G", "GCAG"), (6, "C", "CAGC"), (8, "G", "GCAG"), (11, "G", "GCAG")]
    assert len({genome.identifier("c", *one) for one in placed}) == 1
    assert genome.identifier("c", 5, "G", "GCAG") != genome.identifier("c", 5, "G", "GCAT")
    assert genome.identifier("c", 9, "CA", "CG") == genome.identifier("c", 10, "A", "G")


def test_a_missing_package_is_named_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts.exchange import packages  # noqa: PLC0415

    packages.require_packages("config.yaml: exchange")
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name == "rocrate" else name)
    with pytest.raises(UserError, match=r"config.yaml: exchange: .*pip install rocrate$"):
        packages.require_packages("config.yaml: exchange")


def test_packet_and_crate_are_read_back(written: Path) -> None:
    packet = json_format.Parse(
        (written / "phenopacket.json").read_text("utf-8"), phenopackets.Phenopacket()
    )
    (found,) = packet.interpretations[0].diagnosis.genomic_interpretations
    assert found.variant_interpretation.variation_descriptor.gene_context.symbol == "NPM1"
    crate = rocrate.ROCrate(written)
    assert {one.id for one in crate.get_by_type("File")} >= {
        "fhir.json",
        "vrs.json",
        "panel.vrs.vcf.gz",
    }


def test_the_packet_keeps_the_three_states(written: Path) -> None:
    """As measurements: an interpretation of the schema has no word for what was not found."""
    packet = json_format.Parse(
        (written / "phenopacket.json").read_text("utf-8"), phenopackets.Phenopacket()
    )
    (sample,) = packet.biosamples
    told = {one.description.split(":")[0]: one for one in sample.measurements}
    labels = [one.value.ontology_class.label for one in told.values()]
    assert labels == list(THREE_STATES.values())
    assert {one.assay.id for one in told.values()} == {"LOINC:69548-6"}
    assert told["Variants of IDH1"].value.ontology_class.id == "LOINC:LA9634-2"
    assert told["Variants of IDH1"].description.startswith(
        "Variants of IDH1: limit of detection: VAF"
    )
    assert told["Variants of TP53"].description.endswith("exon 6: minimum depth 12, below 100")
    assert told["UBTF-TD"].description.endswith("are not on this panel")
    prefixes = {one.namespace_prefix for one in packet.meta_data.resources}
    assert prefixes == {"LOINC", "MONDO"}


def test_the_crate_of_a_run_describes_its_files_where_they_lie(tmp_path: Path) -> None:
    from scripts.exchange.describe_run import main  # noqa: PLC0415

    results = tmp_path / "results"
    (results / "S 1").mkdir(parents=True)
    files = [results / "summary.tsv", results / "S 1" / "report.html"]
    for file in files:
        file.write_text("x", "ascii")
    (tmp_path / "files").write_text("".join(f"{file}\n" for file in files), "ascii")
    crate_file = results / "ro-crate-metadata.json"
    main([
        "--results", str(results), "--configuration", "config.yaml",
        "--files", str(tmp_path / "files"), "--out", str(crate_file),
    ])  # fmt: skip
    crate = rocrate.ROCrate(results)
    described = {one.id: one["encodingFormat"] for one in crate.get_by_type("File")}
    assert described["summary.tsv"] == "text/tab-separated-values"
    assert described["S%201/report.html"] == "text/html"
    assert {file.name for file in results.iterdir()} == {"summary.tsv", "S 1", crate_file.name}

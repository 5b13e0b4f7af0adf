"""A report as a GA4GH Phenopacket (version 2): the subject, its sample, and what was found.

An interpretation knows only what was found. So the three states stand as measurements of the
sample: "Genetic variant assessment" (LOINC 69548-6) with the value Present, Absent or No call, as
in the FHIR bundle, one for each question and gene; the description has limit or reason.
"""

from __future__ import annotations

from google.protobuf.json_format import MessageToJson
from phenopackets import Biosample, Interpretation, Phenopacket

from scripts.exchange.answers import answers_of, code_of, gene_of, passing_variants
from scripts.report.model import Report

_RESOURCES = (
    ("loinc", "Logical Observation Identifiers Names and Codes", "https://loinc.org", "LOINC"),
    ("mondo", "Mondo Disease Ontology", "http://purl.obolibrary.org/obo/mondo.owl", "MONDO"),
)
"""Id, name, address and prefix of the vocabularies whose codes stand in the packet."""


def phenopacket_of(report: Report) -> str:
    """The packet as JSON text."""
    cells = report.sample
    packet = Phenopacket(id=cells.sample)
    packet.subject.id = cells.patient
    packet.meta_data.phenopacket_schema_version = "2.0"
    packet.meta_data.created_by = "flt3itd"
    for name, title, address, prefix in _RESOURCES:
        packet.meta_data.resources.add(
            id=name, name=title, url=address, namespace_prefix=prefix, version="not stated"
        )
    sample = packet.biosamples.add()
    sample.id, sample.individual_id = cells.sample, cells.patient
    sample.description = f"{cells.tissue}, {cells.timepoint}"
    _measure(sample, report)
    _interpret(packet.interpretations.add(), report)
    return str(MessageToJson(packet)) + "\n"


def _measure(sample: Biosample, report: Report) -> None:
    """One measurement for each answer."""
    for one in answers_of(report):
        measurement = sample.measurements.add()
        measurement.description = f"{one.title}: {one.text}"
        measurement.assay.id = "LOINC:69548-6"
        measurement.assay.label = "Genetic variant assessment"
        code, label = code_of(one.status)
        measurement.value.ontology_class.id = f"LOINC:{code}"
        measurement.value.ontology_class.label = label


def _interpret(found: Interpretation, report: Report) -> None:
    """What passes, with its place on the genome."""
    found.id = f"{report.sample.sample}-interpretation"
    found.progress_status = 1  # in progress: a program made it, nobody has judged it
    found.summary = report.notice
    found.diagnosis.disease.id = "MONDO:0018874"
    found.diagnosis.disease.label = "acute myeloid leukemia"
    for number, one in enumerate(passing_variants(report), start=1):
        genomic = found.diagnosis.genomic_interpretations.add()
        genomic.subject_or_biosample_id = report.sample.sample
        variation = genomic.variant_interpretation.variation_descriptor
        variation.id = f"variant-{number}"
        variation.gene_context.symbol = gene_of(one)
        record = variation.vcf_record
        record.genome_assembly = report.reference.build
        record.chrom, record.pos = one.chrom, one.pos
        record.ref, record.alt = one.ref, one.alt

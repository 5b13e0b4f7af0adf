"""A report as a GA4GH Phenopacket (version 2): the subject, its sample, and what was found."""

from __future__ import annotations

from google.protobuf.json_format import MessageToJson
from phenopackets import Phenopacket

from scripts.exchange.fhir import passing_variants
from scripts.panel.rows import PanelVariant
from scripts.report.model import Report


def phenopacket_of(report: Report) -> str:
    """The packet as JSON text."""
    cells = report.sample
    packet = Phenopacket(id=cells.sample)
    packet.subject.id = cells.patient
    sample = packet.biosamples.add()
    sample.id, sample.individual_id = cells.sample, cells.patient
    sample.description = f"{cells.tissue}, {cells.timepoint}"
    found = packet.interpretations.add()
    found.id = f"{cells.sample}-interpretation"
    found.progress_status = 1  # in progress: a program made it, nobody has judged it
    found.summary = report.notice
    found.diagnosis.disease.id = "MONDO:0018874"
    found.diagnosis.disease.label = "acute myeloid leukemia"
    for number, one in enumerate(passing_variants(report), start=1):
        genomic = found.diagnosis.genomic_interpretations.add()
        genomic.subject_or_biosample_id = cells.sample
        variation = genomic.variant_interpretation.variation_descriptor
        variation.id = f"variant-{number}"
        gene = one.gene if isinstance(one, PanelVariant) else "FLT3"
        variation.gene_context.symbol = gene
        record = variation.vcf_record
        record.genome_assembly = report.reference.build
        record.chrom, record.pos = one.chrom, one.pos
        record.ref, record.alt = one.ref, one.alt
    return str(MessageToJson(packet)) + "\n"

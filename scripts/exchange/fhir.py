"""A report as a FHIR R4B bundle after the HL7 Genomics Reporting guide, with the three states.

An answer is an Observation "Genetic variant assessment" (LOINC 69548-6): Present, Absent (with its
limit of detection as a note), or No call (with the reason), which is never Absent. There is one for
FLT3-ITD, FLT3-TKD, the panel, each of its genes, KMT2A-PTD and UBTF-TD.
"""

from __future__ import annotations

from typing import Any

from fhir.resources.R4B.bundle import Bundle

from flt3itd.records import FltEvent, Status
from scripts.exchange.answers import Answer, answers_of, code_of, gene_of, passing_variants
from scripts.panel.rows import PanelVariant
from scripts.report.model import Report

_PROFILE = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"
_LOINC = "http://loinc.org"
_ASSEMBLIES = {"GRCh37": "LA14029-5", "GRCh38": "LA26806-2"}
"""Codes of LOINC's answer list LL1040-6, on which assembly the alleles lie."""


def bundle_of(report: Report) -> str:
    """The bundle as JSON text, validated by its library."""
    observations = [
        *(_answer(one) for one in answers_of(report)),
        *(
            _variant(f"variant-{number}", one, report.reference.build)
            for number, one in enumerate(passing_variants(report), start=1)
        ),
    ]
    subject = {"reference": "urn:local:patient"}
    document: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "meta": {"profile": [f"{_PROFILE}genomics-report"]},
        "status": "preliminary",
        "code": _code("51969-4", "Genetic analysis report"),
        "subject": subject,
        "result": [{"reference": f"urn:local:{one['id']}"} for one in observations],
        "conclusion": report.notice,
    }
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [{"value": report.sample.patient}],
    }
    resources = [patient, document, *({**one, "subject": subject} for one in observations)]
    made = Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"fullUrl": f"urn:local:{one['id']}", "resource": one} for one in resources],
        }
    )
    return str(made.model_dump_json(indent=2)) + "\n"


def _code(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": _LOINC, "code": code, "display": display}]}


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": one.key,
        "status": "preliminary",
        "code": {**_code("69548-6", "Genetic variant assessment"), "text": one.title},
        "valueCodeableConcept": _code(*code_of(one.status)),
        "note": [{"text": one.text}],
    }


def _variant(name: str, one: FltEvent | PanelVariant, build: str) -> dict[str, Any]:
    texts = [
        ("48018-6", "Gene studied [ID]", gene_of(one)),
        ("48004-6", "DNA change (c.HGVS)", one.hgvs_c),
        ("48005-3", "Amino acid change (pHGVS)", one.hgvs_p),
    ]
    parts: list[dict[str, Any]] = [
        {"code": _code(code, display), "valueCodeableConcept": {"text": text}}
        for code, display, text in texts
        if text
    ]
    assembly = _code("62374-4", "Human reference sequence assembly version")
    parts.append({"code": assembly, "valueCodeableConcept": _code(_ASSEMBLIES[build], build)})
    parts.append(
        {
            "code": _code("81258-6", "Sample variant allelic frequency [NFr]"),
            "valueQuantity": {"value": round(one.vaf, 6), "code": "1"},
        }
    )
    for code, display, allele in (
        ("69547-8", "Genomic ref allele [ID]", one.ref),
        ("69551-0", "Genomic alt allele [ID]", one.alt),
    ):
        parts.append({"code": _code(code, display), "valueString": allele})
    return {
        "resourceType": "Observation",
        "id": name,
        "meta": {"profile": [f"{_PROFILE}variant"]},
        "status": "preliminary",
        "code": _code("69548-6", "Genetic variant assessment"),
        "valueCodeableConcept": _code(*code_of(Status.DETECTED)),
        "note": [{"text": f"{one.chrom}:{one.pos} {one.ref}>{one.alt}"}],
        "component": parts,
    }

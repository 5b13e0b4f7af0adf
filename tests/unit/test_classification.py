"""Published classes: every rule with every branch, in three states."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from flt3itd.records import ItdResult, Status
from scripts.classification.classify import classify
from scripts.classification.lesions import NOT_ON_PANEL, Findings
from scripts.classification.records import Classification, RuleAnswer
from scripts.panel.rows import PanelVariant
from tests.classification_builders import GENES, NO_ITD, TABLES, at, exons, stop, variant
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
)
from tests.report_builders import panel_variant

DETECTED, NOT_DETECTED, NOT_ASSESSABLE = Status
MDS_GENES = ("ASXL1", "BCOR", "EZH2", "SF3B1", "SRSF2", "STAG2", "U2AF1", "ZRSR2")


NPM1 = panel_variant()
ITD = itd_result(itd_event())
BZIP = variant("CEBPA", consequence="inframe_insertion", hgvs_p="p.(Lys313dup)")
TP53 = at("TP53", 248)
COUNTS = {
    **{gene: stop(gene) for gene in ("ASXL1", "BCOR", "EZH2", "RUNX1", "STAG2", "ZRSR2")},
    "SF3B1": variant("SF3B1", hotspot="K700"),
    "SRSF2": at("SRSF2", 95),
    "U2AF1": at("U2AF1", 34),
    "NRAS": at("NRAS", 12),
    "KRAS": at("KRAS", 61),
    "IDH1": at("IDH1", 132),
    "IDH2": at("IDH2", 140),
    "DDX41": at("DDX41", 525),
    "NPM1": NPM1,
    "TP53": TP53,
}


def scheme(
    name: str,
    *variants: PanelVariant,
    itd: ItdResult = NO_ITD,
    blind: dict[str, str] | None = None,
    missing: tuple[str, ...] = (),
    **more: Any,
) -> Classification:
    findings = Findings(itd, variants, exons(blind or {}, missing), **more)
    return next(one for one in classify(TABLES, findings) if one.scheme == name)


def rule(answer: Classification, name: str) -> RuleAnswer:
    return next(one for one in answer.rules if one.rule == name)


ELN_2022 = [
    # variants, ITD, class
    ((NPM1,), NO_ITD, ("favourable",)),
    ((NPM1,), ITD, ("intermediate",)),
    ((), ITD, ("intermediate",)),
    ((BZIP,), NO_ITD, ("favourable",)),
    ((BZIP,), ITD, ("favourable",)),
    ((TP53,), NO_ITD, ("adverse",)),
    ((TP53, NPM1), NO_ITD, ("adverse",)),
    ((TP53, BZIP), NO_ITD, ("adverse",)),
    ((TP53, NPM1), ITD, ("adverse",)),
    ((at("TP53", 248, 0.0999),), NO_ITD, ()),
    ((at("TP53", 248, 0.1),), NO_ITD, ("adverse",)),
    *(((COUNTS[gene],), NO_ITD, ("adverse",)) for gene in (*MDS_GENES, "RUNX1")),
    *(((COUNTS[gene], NPM1), NO_ITD, ("favourable",)) for gene in (*MDS_GENES, "RUNX1")),
    *(((COUNTS[gene], BZIP), NO_ITD, ("favourable",)) for gene in (*MDS_GENES, "RUNX1")),
    *(((COUNTS[gene],), ITD, ("adverse",)) for gene in (*MDS_GENES, "RUNX1")),
    *(((COUNTS[gene], NPM1), ITD, ("adverse",)) for gene in (*MDS_GENES, "RUNX1")),
    ((), NO_ITD, ()),
    ((COUNTS["IDH2"],), NO_ITD, ()),
]


def test_absence_of_itds_up_to_a_length_says_so() -> None:
    short = dataclasses.replace(NO_ITD, longest_assessable=30)
    told, left_out = scheme("eln2022", NPM1, itd=NO_ITD), scheme("eln2022", NPM1, itd=short)
    assert (told.status, told.groups) == (left_out.status, left_out.groups)
    assert left_out.text == f"{told.text} FLT3-ITD longer than 30 bp: not assessable."
    assert scheme("eln2022", NPM1, itd=ITD).text.count("longer than") == 0


@pytest.mark.parametrize(("variants", "itd", "groups"), ELN_2022)
def test_eln_2022(
    variants: tuple[PanelVariant, ...], itd: ItdResult, groups: tuple[str, ...]
) -> None:
    answer = scheme("eln2022", *variants, itd=itd)
    assert answer.groups == groups
    assert answer.status is (DETECTED if groups else NOT_DETECTED)
    assert answer.text.endswith("Karyotype and fusions not tested.")


@pytest.mark.parametrize(
    ("variants", "itd", "blind"),
    [
        ((NPM1,), NO_ITD_ANSWER, {}),
        ((NPM1,), NO_ITD, {"TP53": "depth below 100"}),
        ((), NO_ITD, {"NPM1": "depth below 100"}),
        ((), NO_ITD_ANSWER, {}),
        ((), ITD, {"NPM1": "depth below 100"}),
        ((COUNTS["ASXL1"],), NO_ITD, {"NPM1": "depth below 100"}),
        ((COUNTS["ASXL1"],), NO_ITD, {"CEBPA": "depth below 100"}),
        *(((), ITD, {gene: "depth below 100"}) for gene in (*MDS_GENES, "RUNX1")),
        *(((NPM1,), ITD, {gene: "depth below 100"}) for gene in (*MDS_GENES, "RUNX1")),
    ],
)
def test_eln_2022_cannot_be_said(
    variants: tuple[PanelVariant, ...], itd: ItdResult, blind: dict[str, str]
) -> None:
    answer = scheme("eln2022", *variants, itd=itd, blind=blind)
    assert answer.status is NOT_ASSESSABLE
    assert answer.groups == ()
    assert answer.text.startswith("Cannot be said, because ")
    assert all("depth below 100" in answer.text for _ in blind)


def test_a_gene_on_which_the_answer_does_not_hang_leaves_it() -> None:
    blind = {"ZRSR2": "depth below 100", "ASXL1": "depth below 100"}
    assert scheme("eln2022", NPM1, blind=blind).groups == ("favourable",)
    assert scheme("eln2022", TP53, blind={"NPM1": "", **blind}).groups == ("adverse",)
    assert scheme("eln2022", COUNTS["SRSF2"], blind=blind).groups == ("adverse",)


def test_genes_with_one_reason_are_named_together() -> None:
    answer = scheme("eln2022", missing=("BCOR", "EZH2"))
    assert f"BCOR, EZH2: {NOT_ON_PANEL}" in answer.text


SIGNALS = ("NRAS", "KRAS")
ELN_2024 = [
    ((TP53,), NO_ITD, ("adverse",)),
    ((at("TP53", 248, 0.02),), NO_ITD, ("adverse",)),
    *(((COUNTS[gene],), NO_ITD, ("favourable",)) for gene in ("NPM1", "IDH1", "IDH2", "DDX41")),
    *(((COUNTS[gene], TP53), ITD, ("adverse",)) for gene in ("NPM1", "IDH1", "IDH2", "DDX41")),
    *(((COUNTS[gene],), ITD, ("intermediate",)) for gene in ("NPM1", "IDH2", "DDX41")),
    *(
        ((COUNTS[gene], COUNTS[signal]), NO_ITD, ("intermediate",))
        for gene in ("NPM1", "IDH2", "DDX41")
        for signal in SIGNALS
    ),
    ((COUNTS["IDH1"],), ITD, ("favourable",)),
    *(((COUNTS["IDH1"], COUNTS[signal]), NO_ITD, ("favourable",)) for signal in SIGNALS),
    ((), ITD, ("intermediate",)),
    *(((COUNTS[signal],), NO_ITD, ("intermediate",)) for signal in SIGNALS),
    ((COUNTS["NRAS"], TP53), NO_ITD, ("adverse",)),
    ((), NO_ITD, ()),
]


@pytest.mark.parametrize(("variants", "itd", "groups"), ELN_2024)
def test_eln_2024(
    variants: tuple[PanelVariant, ...], itd: ItdResult, groups: tuple[str, ...]
) -> None:
    answer = scheme("eln2024", *variants, itd=itd)
    assert answer.groups == groups
    assert answer.status is (DETECTED if groups else NOT_DETECTED)


@pytest.mark.parametrize(
    ("variants", "itd", "missing"),
    [
        ((NPM1,), NO_ITD_ANSWER, ()),
        ((NPM1,), NO_ITD, ("NRAS",)),
        ((COUNTS["IDH2"],), NO_ITD, ("KRAS",)),
        ((COUNTS["DDX41"],), NO_ITD, ("TP53",)),
        ((COUNTS["IDH1"],), NO_ITD, ("TP53",)),
        ((), ITD, ("TP53",)),
        ((), ITD, ("IDH1",)),
        ((), NO_ITD, ("DDX41",)),
    ],
)
def test_eln_2024_cannot_be_said(
    variants: tuple[PanelVariant, ...], itd: ItdResult, missing: tuple[str, ...]
) -> None:
    answer = scheme("eln2024", *variants, itd=itd, missing=missing)
    assert answer.status is NOT_ASSESSABLE
    assert not missing or f"{missing[0]}: {NOT_ON_PANEL}" in answer.text


def test_a_panel_without_ddx41_says_what_the_others_decide() -> None:
    assert scheme("eln2024", NPM1, missing=("DDX41",)).groups == ("favourable",)
    assert scheme("eln2024", itd=ITD, missing=("DDX41",)).groups == ("intermediate",)


SECOND = stop("CEBPA")
TYPES = [
    ("who2022", (NPM1,), "NPM1", DETECTED),
    ("who2022", (), "NPM1", NOT_DETECTED),
    ("who2022", (BZIP,), "CEBPA", DETECTED),
    ("who2022", (variant("CEBPA", consequence="frameshift_variant",
                         hgvs_p="p.(Gln300ProfsTer9)"),), "CEBPA", DETECTED),
    ("who2022", (SECOND,), "CEBPA", NOT_DETECTED),
    ("who2022", (SECOND, variant("CEBPA", consequence="frameshift_variant",
                                 hgvs_p="p.(Pro23GlnfsTer137)")), "CEBPA", DETECTED),
    ("who2022", (TP53,), "TP53", NOT_ASSESSABLE),
    ("who2022", (TP53, at("TP53", 175, 0.02)), "TP53", DETECTED),
    ("who2022", (), "TP53", NOT_DETECTED),
    ("who2022", (variant("SF3B1", 0.05, hotspot="K700"),), "SF3B1", DETECTED),
    ("who2022", (variant("SF3B1", 0.0499, hotspot="K700"),), "SF3B1", NOT_DETECTED),
    ("who2022", (COUNTS["SF3B1"], TP53), "SF3B1", NOT_ASSESSABLE),
    ("who2022", (COUNTS["SF3B1"], TP53, at("TP53", 175)), "SF3B1", NOT_DETECTED),
    *(("who2022", (COUNTS[gene],), "myelodysplasia-related gene", DETECTED) for gene in MDS_GENES),
    ("who2022", (COUNTS["RUNX1"],), "myelodysplasia-related gene", NOT_DETECTED),
    ("who2022", (COUNTS["ASXL1"], NPM1), "myelodysplasia-related gene", NOT_DETECTED),
    ("who2022", (COUNTS["ASXL1"], BZIP), "myelodysplasia-related gene", NOT_DETECTED),
    ("icc2022", (NPM1,), "NPM1", DETECTED),
    ("icc2022", (BZIP,), "CEBPA", DETECTED),
    ("icc2022", (variant("CEBPA", consequence="frameshift_variant",
                         hgvs_p="p.(Gln300ProfsTer9)"),), "CEBPA", NOT_DETECTED),
    ("icc2022", (at("TP53", 248, 0.1),), "TP53", DETECTED),
    ("icc2022", (at("TP53", 248, 0.0999),), "TP53", NOT_DETECTED),
    ("icc2022", (TP53, NPM1), "TP53", NOT_DETECTED),
    ("icc2022", (TP53, BZIP), "TP53", NOT_DETECTED),
    *(("icc2022", (COUNTS[gene],), "myelodysplasia-related gene", DETECTED)
      for gene in (*MDS_GENES, "RUNX1")),
    ("icc2022", (COUNTS["RUNX1"], NPM1), "myelodysplasia-related gene", NOT_DETECTED),
    ("icc2022", (COUNTS["RUNX1"], BZIP), "myelodysplasia-related gene", NOT_DETECTED),
    ("icc2022", (COUNTS["RUNX1"], TP53), "myelodysplasia-related gene", NOT_DETECTED),
    ("icc2022", (TP53,), "multi-hit TP53", NOT_ASSESSABLE),
    ("icc2022", (at("TP53", 248, 0.5),), "multi-hit TP53", NOT_ASSESSABLE),
    ("icc2022", (at("TP53", 248, 0.501),), "multi-hit TP53", DETECTED),
    ("icc2022", (TP53, at("TP53", 175, 0.1)), "multi-hit TP53", DETECTED),
    ("icc2022", (TP53, at("TP53", 175, 0.09)), "multi-hit TP53", NOT_ASSESSABLE),
    ("icc2022", (at("TP53", 248, 0.09),), "multi-hit TP53", NOT_DETECTED),
    ("icc2022", (variant("SF3B1", 0.1, hotspot="K700"),), "SF3B1", DETECTED),
    ("icc2022", (variant("SF3B1", 0.0999, hotspot="K700"),), "SF3B1", NOT_DETECTED),
    ("icc2022", (COUNTS["SF3B1"], COUNTS["RUNX1"]), "SF3B1", NOT_DETECTED),
    ("icc2022", (COUNTS["SF3B1"], at("TP53", 248, 0.6)), "SF3B1", NOT_DETECTED),
]  # fmt: skip


@pytest.mark.parametrize(("name", "variants", "which", "status"), TYPES)
def test_who_and_icc(
    name: str, variants: tuple[PanelVariant, ...], which: str, status: Status
) -> None:
    assert rule(scheme(name, *variants), which).status is status


def test_every_rule_has_a_case_for_yes_no_and_cannot_be_said() -> None:
    cases = [
        *((name, scheme("eln2022", *v, itd=i)) for v, i, _ in ELN_2022 for name in ["eln2022"]),
        *((name, scheme("eln2024", *v, itd=i)) for v, i, _ in ELN_2024 for name in ["eln2024"]),
        *((name, scheme(name, *v)) for name, v, _, _ in TYPES),
    ]
    nothing_known = [
        (one.about.scheme, scheme(one.about.scheme, itd=NO_ITD_ANSWER, missing=tuple(GENES)))
        for one in TABLES.schemes
    ]
    seen = {
        (name, one.rule, one.status)
        for name, answer in cases + nothing_known
        for one in answer.rules
    }
    asked = {
        (one.about.scheme, row.rule, status)
        for one in TABLES.schemes
        for row in one.rules
        for status in Status
    }
    assert asked - seen == set()


def test_a_common_polymorphism_never_counts() -> None:
    polymorphism = at("TP53", 72, 0.5)
    place = (polymorphism.chrom, polymorphism.pos, polymorphism.ref, polymorphism.alt)
    assert scheme("eln2022", polymorphism).status is NOT_ASSESSABLE
    assert scheme("eln2022", polymorphism, common=frozenset([place])).status is NOT_DETECTED


def test_silent_changes_artefacts_and_what_a_filter_holds_back_do_not_count() -> None:
    for one in (
        variant("TP53", consequence="synonymous_variant", hgvs_p="p.(Arg248=)"),
        variant("TP53", hgvs_p="p.(Arg248Gln)", known="artifact"),
        variant("TP53", hgvs_p="p.(Arg248Gln)", filter="low_depth"),
    ):
        assert scheme("eln2022", one).status is NOT_DETECTED


def test_reads_that_carry_no_answer_make_no_class() -> None:
    answer = scheme("eln2022", unfit="most bases are unknown")
    assert answer.status is NOT_ASSESSABLE
    assert "most bases are unknown" in answer.text
    assert scheme("eln2022", TP53, unfit="x").groups == ("adverse",)
    assert scheme("eln2022", TP53, unfit="x", misleads=True).status is NOT_ASSESSABLE


def test_what_is_told_of_a_class_and_of_those_that_stay_open() -> None:
    found = "Favourable: NPM1 is mutated, without FLT3-ITD (NPM1 p.(Trp288CysfsTer12) (41.0%))."
    untested = "Karyotype and fusions not tested."
    assert scheme("eln2022", NPM1).text == f"{found} {untested}"
    blind = scheme("eln2022", NPM1, blind={"TP53": "depth below 100"})
    assert blind.text == (
        "Cannot be said, because TP53 mutation at a VAF of 10% or more: exon 2 not assessable "
        f"(depth below 100). {untested}"
    )
    # Another adverse rule that cannot be said adds nothing to a class that is there.
    adverse = scheme("eln2022", TP53, blind={"RUNX1": "depth below 100"})
    assert "Whether" not in adverse.text
    both = scheme("eln2022", COUNTS["ASXL1"], blind={"NPM1": "depth below 100"})
    assert both.status is not NOT_DETECTED


def test_a_rule_names_what_was_found_only_where_it_holds() -> None:
    answer = scheme("eln2022", NPM1, itd=ITD)
    without = rule(answer, "NPM1 without FLT3-ITD")
    assert (without.status, without.found) == (NOT_DETECTED, ())
    assert rule(answer, "NPM1 with FLT3-ITD").found == (
        "NPM1 p.(Trp288CysfsTer12) (41.0%)", "FLT3 ITD 57 bp (40.0%)",
    )  # fmt: skip

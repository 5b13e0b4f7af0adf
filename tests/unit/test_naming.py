"""Names of changes in the FLT3 locus."""

import csv
import re

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.naming import name_variant
from tests.shared_data import SHARED, needs_shared

LOCUS = flt3_locus()


def offset_of(number: str) -> int:
    """Locus coordinate of a c. number such as 1705, 1837+18 or 1838-2 (minus strand)."""
    exonic, sign, distance = re.fullmatch(r"(\d+)(?:([+-])(\d+))?", number).groups()  # type: ignore[union-attr]
    shift = int(f"{sign}{distance}") if sign else 0
    return LOCUS.offset_of_cds(int(exonic)) - shift


def duplicate(first: str, last: str, filler: str = "") -> tuple[int, str, str]:
    """Offset, replaced (none) and inserted bases (plus strand) of a duplication of c.first_last.

    The filler stands between the two copies.
    """
    start, end = offset_of(last), offset_of(first) + 1
    return start, "", LOCUS.sequence[start:end] + filler


def mutant(offset: int, ref: str, alt: str) -> str:
    assert LOCUS.sequence[offset : offset + len(ref)] == ref
    return LOCUS.sequence[:offset] + alt + LOCUS.sequence[offset + len(ref) :]


def apply(description: str, *, coding: bool) -> str:
    """The locus after a g. or c. description: read here without the code that wrote it."""
    place, change = re.fullmatch(  # type: ignore[union-attr]
        r".*:[gc]\.([\d+_-]+)(dup|del$|ins.*|delins.*)", description
    ).groups()
    ends = place.split("_")
    if coding:
        offsets = sorted(offset_of(end) for end in ends)
    else:
        offsets = [LOCUS.from_grch38(int(end)) for end in ends]
    start, end = offsets[0], offsets[-1] + 1
    inserted = re.sub("^(del)?ins|dup|del", "", change)
    if coding:
        inserted = inserted.translate(str.maketrans("ACGT", "TGCA"))[::-1]
    if change == "dup":
        return mutant(end, "", LOCUS.sequence[start:end])
    if change.startswith("ins"):
        assert end - start == 2
        return mutant(start + 1, "", inserted)
    return mutant(start, LOCUS.sequence[start:end], inserted)


def test_the_published_vector() -> None:
    names = name_variant(*duplicate("1738", "1830"))
    assert names.hgvs_c == "NM_004119.3:c.1738_1830dup"
    assert names.hgvs_p == "NP_004110.2:p.(Gln580_Leu610dup)"
    assert names.hgvs_g == "NC_000013.11:g.28034091_28034183dup"
    assert (names.insertion_site_residue, names.domain, names.in_frame) == (611, "TKD1", True)


def test_grch37_numbers_differ_and_nothing_else() -> None:
    old = name_variant(*duplicate("1738", "1830"), "GRCh37")
    new = name_variant(*duplicate("1738", "1830"), "GRCh38")
    assert old.hgvs_g == "NC_000013.10:g.28608228_28608320dup"
    assert (old.hgvs_c, old.hgvs_p) == (new.hgvs_c, new.hgvs_p)


@pytest.mark.parametrize(
    ("grch37", "first", "last", "filler", "hgvs_c", "residue"),
    [
        # Insertion points and lengths that independent tools agree on for six patients; the
        # first two can stand one base further 3' (c.1828 is c.1789 and c.1753 again).
        (28_608_228, "1789", "1827", "", "c.1790_1828dup", 610),
        (28_608_228, "1753", "1827", "", "c.1754_1828dup", 610),
        (28_608_267, "1759", "1788", "", "c.1759_1788dup", 597),
        (None, "1775", "1795", "", "c.1775_1795dup", 599),
        (28_608_200, "1743", "1837+18", "TTCC", "c.1837+18_1837+19insGGAAGACC", 613),
    ],
)
def test_patients_itds(
    grch37: int | None, first: str, last: str, filler: str, hgvs_c: str, residue: int
) -> None:
    offset, _, inserted = duplicate(first, last, filler)
    if grch37 is not None and not filler:
        assert LOCUS.to_grch38(offset - 1) + 574_137 == grch37
    names = name_variant(offset, "", inserted)
    assert names.hgvs_c.startswith(f"NM_004119.3:{hgvs_c}")
    assert names.insertion_site_residue == residue


def test_every_placement_in_a_repeat_gives_the_same_names() -> None:
    offset, _, inserted = duplicate("1759", "1788")
    expected = name_variant(offset, "", inserted)
    for _ in range(len(inserted)):
        assert LOCUS.sequence[offset] == inserted[0]
        inserted = inserted[1:] + inserted[0]
        offset += 1
        assert name_variant(offset, "", inserted) == expected


def test_a_duplication_with_filler_is_an_insertion_with_its_sequence() -> None:
    offset, _, inserted = duplicate("1774", "1794", "ACGTTC")
    names = name_variant(offset, "", inserted)
    assert re.fullmatch(r"NM_004119\.3:c\.\d+_\d+ins[ACGT]{27}", names.hgvs_c)
    assert apply(names.hgvs_c, coding=True) == mutant(offset, "", inserted)
    assert re.fullmatch(
        r"NP_004110\.2:p\.\(Glu598_Tyr599ins(?:[A-Z][a-z]{2}){9}\)", names.hgvs_p
    ), names.hgvs_p
    assert names.in_frame


@pytest.mark.parametrize(
    ("first", "last", "hgvs_p"),
    [
        ("1801", "1836", "p.(Leu601_Phe612dup)"),
        # Up to the last base of the exon: its donor stays the only one.
        ("1802", "1837", "p.(Phe612_Gly613insValLysTrpGluPheProArgGluAsnLeuGluPhe)"),
        ("1790", "1837+3", "p.?"),
        ("1743", "1837+18", "p.?"),
        ("1837+20", "1837+40", "p.?"),
    ],
)
def test_the_protein_is_named_only_while_splicing_is_in_no_doubt(
    first: str, last: str, hgvs_p: str
) -> None:
    names = name_variant(*duplicate(first, last))
    assert names.hgvs_p == f"NP_004110.2:{hgvs_p}"


def test_an_itd_wholly_inside_an_intron_has_no_residue() -> None:
    names = name_variant(*duplicate("1837+30", "1837+40"))
    assert (names.insertion_site_residue, names.domain) == (None, "")
    assert names.consequence == "intron_variant"


def test_a_frame_shifting_itd_says_where_translation_stops() -> None:
    names = name_variant(*duplicate("1801", "1836", "A"))
    assert not names.in_frame
    assert re.fullmatch(r"NP_004110\.2:p\.\([A-Z][a-z]{2}61\d[A-Z][a-z]{2}fsTer\d+\)", names.hgvs_p)


@pytest.mark.parametrize(
    ("position", "ref", "alt", "hgvs_c", "hgvs_p", "consequence"),
    [
        (28_018_505, "C", "A", "2503G>T", "Asp835Tyr", "missense_variant"),
        (28_018_504, "T", "A", "2504A>T", "Asp835Val", "missense_variant"),
        (28_018_503, "A", "G", "2505T>C", "Asp835=", "synonymous_variant"),
        (28_018_503, "ATC", "CTC", "2505T>G", "Asp835Glu", "missense_variant"),
        (28_018_503, "ATC", "ATA", "2503G>T", "Asp835Tyr", "missense_variant"),
        (28_018_503, "ATC", "GAA", "2503_2505delinsTTC", "Asp835Phe", "missense_variant"),
        (28_018_497, "CATG", "C", "2508_2510del", "Ile836del", "inframe_deletion"),
        (
            28_018_487,
            "T",
            "TGGATCC",
            "2520_2521insGGATCC",
            "Ser840_Asn841insGlySer",
            "inframe_insertion",
        ),
        (28_027_222, "A", "C", "2073T>G", "Phe691Leu", "missense_variant"),
        (28_028_203, "G", "T", "2028C>A", "Asn676Lys", "missense_variant"),
    ],
)
def test_kinase_domain_names(
    position: int, ref: str, alt: str, hgvs_c: str, hgvs_p: str, consequence: str
) -> None:
    names = name_variant(LOCUS.from_grch38(position), ref, alt)
    assert names.hgvs_c == f"NM_004119.3:c.{hgvs_c}"
    assert names.hgvs_p == f"NP_004110.2:p.({hgvs_p})"
    assert names.consequence == consequence


def test_a_reference_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="the reference is not G"):
        name_variant(LOCUS.from_grch38(28_018_505), "G", "A")


@needs_shared
def test_published_itds_describe_what_was_found() -> None:
    with (SHARED / "itds" / "published_itds.tsv").open(newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert len(rows) > 100
    duplications = 0
    for row in rows:
        offset = LOCUS.from_grch38(int(row["insertion_pt_hg38"])) + 1
        inserted = row["inserted_seq_plus"]
        expected = mutant(offset, "", inserted)
        names = name_variant(offset, "", inserted)
        assert apply(names.hgvs_g, coding=False) == expected, row["id"]
        assert apply(names.hgvs_c, coding=True) == expected, row["id"]
        duplications += names.hgvs_c.endswith("dup")
    assert duplications > len(rows) / 2

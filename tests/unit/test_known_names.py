"""Names of known variants that are not those of the rules: read, or told before a run."""

import random
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.hgvs.names import GenomicNumbering, name_change
from flt3itd.hgvs.reading import name_by_the_rules
from scripts.genome.knowledge import KnownClass, KnownVariant
from scripts.inputs.known_check import check_known
from scripts.panel.marks import read_knowledge
from tests.hgvs_builders import mirrored, random_gene, transcript_on

#                  c.-2  c.1                c.15|intron    c.16
GENOME = "TTTTTTTTGAATGGCAAAATCTGTCGTAAGTTTTCAGCCCAGATAAGATTACA"
GENE = transcript_on(GENOME, [(8, 25), (37, 53)], (2, 26))
PLACE = ("chr1", 1, 1, "A", "T", "x")


def table(folder: Path, *rows: tuple[str, str, KnownClass]) -> Path:
    path = folder / "known.tsv"
    made = [KnownVariant(gene, name, known, "", *PLACE) for gene, name, known in rows]
    write_table(path, KnownVariant, made, "GRCh38")
    return path


@pytest.mark.parametrize(
    ("name", "by_the_rules"),
    [
        ("c.4G>T", "c.4G>T"),
        ("c.6del", "c.9del"),  # moved to the end of AAAA
        ("c.6delA", "c.9del"),
        ("c.6_7delAA", "c.8_9del"),
        ("c.5_6insA", "c.9dup"),
        ("c.9_10insA", "c.9dup"),
        ("c.6dupA", "c.9dup"),
        ("c.10_12delTCTinsGG", "c.10_12delinsGG"),
        ("c.10_12delinsTGT", "c.11C>G"),
        ("c.11_12CT>GA", "c.11_12delinsGA"),
        ("c.10_11inv", "c.10_11inv"),
        ("c.15+1G>A", "c.15+1G>A"),
        ("c.16-2A>T", "c.16-2A>T"),
        ("c.-1A>T", "c.-1A>T"),
        ("c.*2A>C", "c.*2A>C"),
    ],
)
@pytest.mark.parametrize("minus", [False, True])
def test_a_name_is_read_as_the_rules_give_it(name: str, by_the_rules: str, *, minus: bool) -> None:
    gene = mirrored(GENE, GENOME) if minus else GENE
    assert name_by_the_rules(name, gene) == by_the_rules


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("c.4A>T", "NM_000001.1 has G there"),
        ("c.6_8delAAG", "NM_000001.1 has AAA there"),
        ("c.4G>G", "it changes nothing"),
        ("c.8_6del", "its last base stands before its first"),
        ("c.6_8insG", "bases are inserted between two"),
        ("c.10+1G>A", "no intron begins at c.10+1"),
        ("c.16-2A>T;4G>T", "this is no name of one change"),
        ("n.4G>T", "this is no name of one change"),
        ("c.24A>G", ""),
        ("c.25A>G", "the coding bases end with c.24"),
    ],
)
def test_a_name_that_says_nothing_of_the_transcript(name: str, said: str) -> None:
    if not said:
        assert name_by_the_rules(name, GENE) == name
        return
    with pytest.raises(ValueError, match=said.replace("+", r"\+")):
        name_by_the_rules(name, GENE)


def test_bases_that_the_reference_does_not_hold_are_no_mistake() -> None:
    assert name_by_the_rules("c.-3A>T", GENE) is None
    assert name_by_the_rules("c.*8_*9del", GENE) is None


def test_names_of_random_changes_are_read_back() -> None:
    rng = random.Random(5)
    numbering = GenomicNumbering("chr1")
    for _ in range(20):
        plus, genome = random_gene(rng)
        for gene in (plus, mirrored(plus, genome)):
            for _ in range(15):
                start = rng.randrange(100, 420)
                old = gene.fetch(start, start + rng.randint(0, 6))
                new = "".join(rng.choices("ACGT", k=rng.randint(0, 6)))
                if old == new:
                    continue
                name = name_change(gene, start, old, new, numbering).hgvs_c.split(":")[-1]
                assert not name or name_by_the_rules(name, gene) == name


def test_known_variants_are_found_by_the_names_of_calls(tmp_path: Path) -> None:
    rows = (
        ("GENE", "c.5_6insA", KnownClass.PATHOGENIC),
        ("GENE", "c.4A>T", KnownClass.ARTIFACT),
        ("OTHER", "c.4dupG", KnownClass.ARTIFACT),
    )
    knowledge = read_knowledge(None, None, table(tmp_path, *rows), None, [GENE])
    assert knowledge.class_of("GENE", "NM_000001.1:c.9dup") is KnownClass.PATHOGENIC
    assert knowledge.class_of("GENE", "c.5_6insA") is None
    assert knowledge.class_of("GENE", "c.4A>T") is KnownClass.ARTIFACT
    assert knowledge.class_of("OTHER", "c.4dupG") is KnownClass.ARTIFACT


def test_names_that_fit_no_variant_are_told_before_a_run(tmp_path: Path) -> None:
    wrong = [("GENE", f"c.{n}G>T", KnownClass.PATHOGENIC) for n in (1, 2, 5, 6, 7, 8)]
    path = table(tmp_path, ("GENE", "c.6dup", KnownClass.PATHOGENIC), *wrong)
    (warning,) = check_known(path, [GENE])
    assert warning.startswith(
        f"{path}: names that fit no variant: row 3, GENE c.1G>T: NM_000001.1 has A there; row 4, "
    )
    assert "row 7, " in warning
    assert "row 8, " not in warning
    assert "; and 1 more. Give their names on the transcripts of the gene models" in warning


def test_a_table_without_mistakes_is_not_spoken_of(tmp_path: Path) -> None:
    good = (("GENE", "c.6dup", KnownClass.ARTIFACT), ("ELSEWHERE", "c.1A>A", KnownClass.ARTIFACT))
    assert check_known(table(tmp_path, *good), [GENE]) == []


def test_a_variant_in_other_words_must_be_the_same(tmp_path: Path) -> None:
    one = ("GENE", "c.9dup", KnownClass.PATHOGENIC)
    path = table(tmp_path, one, ("GENE", "c.5_6insA", KnownClass.ARTIFACT))
    with pytest.raises(
        UserError, match=r"row 3: GENE c\.5_6insA is c\.9dup, which row 2 says is p"
    ):
        check_known(path, [GENE])
    assert (
        check_known(table(tmp_path, one, ("GENE", "c.6dupA", KnownClass.PATHOGENIC)), [GENE]) == []
    )

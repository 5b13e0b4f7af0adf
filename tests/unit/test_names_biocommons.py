"""Our names beside those of biocommons `hgvs`: from a table, and anew where it is installed."""

import csv
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from flt3itd.common.tables import read_table
from flt3itd.hgvs.assembly import numbering_of
from scripts.benchmark.other_namers import Biocommons, Gene, OtherNames, Weaver
from scripts.benchmark.panel_names import Reason, name_table, random_changes, reason_of
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import PanelGene
from tests.biocommons_names import TABLE, NamedChange, example_genes, named_changes
from tests.shared_data import CHECKOUT, SHARED, needs_shared, shared_sequence

PANEL = CHECKOUT / "panels" / "myeloid54"


@pytest.fixture
def biocommons() -> Callable[[list[Gene]], Biocommons]:
    """Makes the other implementation; the test is skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("cdot.hgvs.dataproviders", "hgvs.normalizer", "hgvs.variantmapper"):
            pytest.importorskip(name, reason="biocommons hgvs and cdot are optional")
        return Biocommons


def check(found: Counter[Reason | None], least: int) -> None:
    """All differences have a known reason, and most names agree."""
    assert None not in found
    assert found[Reason.SAME] >= least


def test_names_agree_with_those_that_biocommons_gave() -> None:
    genes = example_genes()
    found: Counter[Reason | None] = Counter()
    for row in read_table(TABLE, NamedChange):
        gene = genes[row.gene].turned() if row.turned else genes[row.gene]
        ours = gene.names(row.start, row.ref, row.alt)
        theirs = OtherNames(row.hgvs_g, row.hgvs_c, row.hgvs_p)
        found[reason_of(ours, theirs, gene.transcript)] += 1
    check(found, 280)


def test_names_agree_with_those_of_hgvs_weaver() -> None:
    pytest.importorskip("weaver")
    rng, found = random.Random(3), Counter[Reason | None]()
    for gene in example_genes().values():
        for here in (gene, gene.turned()):
            other = Weaver([here])
            for change in random_changes(here, rng, 60):
                ours = here.names(*change)
                theirs = other.names(ours.hgvs_g, here.transcript)
                found[reason_of(ours, theirs, here.transcript)] += 1
    check(found, 200)


def test_an_implementation_that_is_missing_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("weaver")
    monkeypatch.setitem(sys.modules, "cdot.hgvs.dataproviders", None)
    lines = name_table(list(example_genes().values()), 20, seed=1)
    assert lines[0] == "| of 20 names | hgvs-weaver |"
    assert sum(int(line.split(" | ")[1].strip(" |")) for line in lines[2:-1]) == 20
    assert lines[-1].startswith("not compared with biocommons hgvs: ")
    assert lines[-1].endswith("(pip install hgvs cdot psycopg2-binary)")


def test_an_unknown_difference_has_no_reason() -> None:
    gene = example_genes()["TP53"]
    ours = next(
        names
        for change in random_changes(gene, random.Random(1), 50)
        if (names := gene.names(*change)).consequence == "missense_variant"
    )
    same = OtherNames(ours.hgvs_g, ours.hgvs_c, ours.hgvs_p)
    assert reason_of(ours, same, gene.transcript) is Reason.SAME
    for other in (
        replace(same, hgvs_g="NC_000017.11:g.1A>C"),
        replace(same, hgvs_c="NM_000546.6:c.1A>C"),
        replace(same, hgvs_p="NP_000537.3:p.(Met2Leu)"),
    ):
        assert reason_of(ours, other, gene.transcript) is None


def test_biocommons_still_gives_the_names_of_the_table(
    biocommons: Callable[[list[Gene]], Biocommons],
) -> None:
    assert named_changes(biocommons) == read_table(TABLE, NamedChange)


@needs_shared
def test_known_variants_itds_and_others_of_51_genes_agree_with_biocommons(
    biocommons: Callable[[list[Gene]], Biocommons],
) -> None:
    regions, of_contig = shared_sequence()
    transcripts = read_transcripts(
        PANEL / "genes.GRCh38.gtf", regions, of_contig,
        read_table(PANEL / "genes.tsv", PanelGene),
    )  # fmt: skip
    genes = {
        t.gene: Gene(t, 10**9, numbering_of(t.contig, "GRCh38"))
        for t in transcripts
        if "N" not in t.spliced[: t.coding_length]
    }
    assert len(genes) == 51
    other = biocommons(list(genes.values()))

    def compared(gene: Gene, start: int, ref: str, alt: str) -> Reason | None:
        ours = gene.names(start, ref, alt)
        return reason_of(ours, other.names(ours.hgvs_g, gene.transcript), gene.transcript)

    with (SHARED / "hotspots" / "known_variants.grch38.tsv").open(newline="") as handle:
        known = list(csv.DictReader(handle, delimiter="\t"))
    for row in known:
        change = int(row["pos"]) - 1, row["ref"], row["alt"]
        assert compared(genes[row["gene"]], *change) is Reason.SAME, row
    with (SHARED / "itds" / "published_itds.tsv").open(newline="") as handle:
        itds = list(csv.DictReader(handle, delimiter="\t"))
    found = Counter(
        compared(genes["FLT3"], int(row["insertion_pt_hg38"]), "", row["inserted_seq_plus"])
        for row in itds
    )
    check(found, round(0.8 * len(itds)))
    rng = random.Random(2)
    found = Counter(
        compared(gene, *change)
        for gene in genes.values()
        for change in random_changes(gene, rng, 12)
        if "N" not in gene.transcript.fetch(change[0] - 80, change[0] + 80)
    )
    check(found, 360)

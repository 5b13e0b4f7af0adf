"""Our names beside those of biocommons `hgvs`: from a table, and anew where it is installed."""

import csv
import random
import re
import warnings
from collections import Counter
from collections.abc import Callable

import pytest

from flt3itd.common.tables import read_table
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import Names
from scripts.genome.gene_models import read_transcripts
from scripts.genome.knowledge import PanelGene
from tests.biocommons_names import (
    TABLE,
    Biocommons,
    Gene,
    NamedChange,
    example_genes,
    named_changes,
    random_changes,
)
from tests.unit.test_gene_models import CHECKOUT, SHARED, shared_sequence

PANEL = CHECKOUT / "panels" / "myeloid54"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the development data are not beside the checkout"
)


@pytest.fixture
def biocommons() -> Callable[[list[Gene]], Biocommons]:
    """Makes the other implementation; the test is skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("cdot.hgvs.dataproviders", "hgvs.normalizer", "hgvs.variantmapper"):
            pytest.importorskip(name, reason="biocommons hgvs and cdot are optional")
        return Biocommons


def difference(ours: Names, theirs: tuple[str, str, str]) -> str:
    """Why two implementations differ; empty where they agree, the names where it is not known."""
    hgvs_g, hgvs_c, hgvs_p = theirs
    if ours.hgvs_g != hgvs_g:
        return f"{ours.hgvs_g} {hgvs_g}"
    if ours.hgvs_c != hgvs_c:
        # HGVS numbers the middle base of an intron from the exon before it; on the minus strand
        # biocommons takes the one behind it.
        offsets = [[int(n) for n in re.findall(r"\d[+-](\d+)", c)] for c in (ours.hgvs_c, hgvs_c)]
        in_middle = offsets[0] and all(o > 8 for o in offsets[0] + offsets[1])
        return "middle of an intron" if in_middle else f"{ours.hgvs_c} {hgvs_c}"
    mine, other = (name.rsplit(":", maxsplit=1)[-1] for name in (ours.hgvs_p, hgvs_p))
    edge = "splice_" in ours.consequence or "insertion" in ours.consequence
    if mine == other:
        return ""
    if mine == "p.(Met1?)" and other == "p.Met1?":
        return "a prediction stands in parentheses"
    if mine == "p.(=)" and other == "p.?" and "3_prime_UTR" in ours.consequence:
        return "the 3' UTR codes for nothing"
    news = [re.search(r"ins(\w+?Ter)", name) for name in (mine, other)]
    if mine.endswith("Ter)") and news[0] and news[1] and news[0][1] == news[1][1]:
        # What stands behind the stop also decides between an insertion and a replacement.
        return "nothing is named behind a new stop"
    if other == "p.?" and edge:
        return "an equivalent change lies inside the exon"
    if mine == "p.?" and edge:
        return "a copy of a splice site"
    if mine == "p.?" and "stop_lost" in ours.consequence:
        return "coding sequence and 3' UTR are joined"
    return f"{mine} {other} {ours.hgvs_c} {ours.consequence}"


def check(found: Counter[str], least: int) -> None:
    """All differences are known, and most names agree."""
    known = {
        "", "middle of an intron", "a prediction stands in parentheses",
        "the 3' UTR codes for nothing", "nothing is named behind a new stop",
        "an equivalent change lies inside the exon", "a copy of a splice site",
        "coding sequence and 3' UTR are joined",
    }  # fmt: skip
    assert found.keys() <= known
    assert found[""] >= least


def test_names_agree_with_those_that_biocommons_gave() -> None:
    genes = example_genes()
    found: Counter[str] = Counter()
    for row in read_table(TABLE, NamedChange):
        gene = genes[row.gene].turned() if row.turned else genes[row.gene]
        ours = gene.names(row.start, row.ref, row.alt)
        found[difference(ours, (row.hgvs_g, row.hgvs_c, row.hgvs_p))] += 1
    check(found, 285)


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

    def compared(gene: Gene, start: int, ref: str, alt: str) -> str:
        ours = gene.names(start, ref, alt)
        return difference(ours, other.names(ours.hgvs_g, gene.transcript))

    with (SHARED / "hotspots" / "known_variants.grch38.tsv").open(newline="") as handle:
        known = list(csv.DictReader(handle, delimiter="\t"))
    for row in known:
        change = int(row["pos"]) - 1, row["ref"], row["alt"]
        assert compared(genes[row["gene"]], *change) == "", row
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

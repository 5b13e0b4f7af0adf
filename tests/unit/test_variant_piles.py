"""Reads over a panel variant on the changed molecule: from a BAM to the drawing on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysam
import pytest

from scripts.answers.pictures import pile_ups
from scripts.answers.records import Pictures
from scripts.panel.alleles import Allele
from scripts.panel.pile_records import VariantPileup
from scripts.panel.pile_up import (
    FLANK,
    READS_SHOWN,
    VARIANTS_SHOWN,
    pile_up,
    shown_variants,
)
from scripts.panel.rows import PanelVariant
from scripts.report.render import page
from tests.builders import write_fasta
from tests.flt3_builders import (
    flt3_result,
    tkd_event,
    tkd_result,
)
from tests.panel_builders import (
    CONTIG,
    DELETION,
    DUP,
    GENOME,
    READ,
    RULES,
    SNV,
    bam_of,
    read,
    sequence_of,
)
from tests.report_builders import (
    panel_variant,
    report_of,
)

DELINS = Allele(CONTIG, 300, GENOME[300:306], "TTGAGCATCC")
LONG = Allele(CONTIG, 249, GENOME[249], GENOME[249] + GENOME[205:250])
"""A tandem duplication of 45 bases."""


def variant_of(allele: Allele, **changes: Any) -> PanelVariant:
    return panel_variant(
        chrom=CONTIG, pos=allele.start + 1, ref=allele.ref, alt=allele.alt, tier="1", **changes
    )


def piled(folder: Path, allele: Allele, reads: list[pysam.AlignedSegment]) -> VariantPileup | None:
    with bam_of(folder, reads) as bam:
        return pile_up(bam, variant_of(allele), sequence_of(CONTIG), RULES)


def reads_of(allele: Allele, number: int = 30) -> list[pysam.AlignedSegment]:
    """As many fragments with an allele as without, from starts that differ."""
    starts = [allele.start - 20 - one for one in range(number)]
    flags = (0, 16)
    mutant = [read(f"m{s}", s, allele, flag=flags[s % 2]) for s in starts]
    return mutant + [read(f"w{s}", s) for s in starts]


@pytest.mark.parametrize(
    ("allele", "inserted", "replaced"),
    [
        (SNV, SNV.alt, SNV.ref),
        (DUP, "TCTG", ""),
        (DELETION, "", DELETION.ref[1:]),
        (DELINS, DELINS.alt, DELINS.ref),
    ],
)
def test_reads_lie_on_the_changed_molecule_whatever_the_change(
    tmp_path: Path, allele: Allele, inserted: str, replaced: str
) -> None:
    found = piled(tmp_path, allele, reads_of(allele))
    assert found is not None
    assert (found.fragments, found.forward, found.reverse) == (30, 15, 15)
    assert len(found.reads) == READS_SHOWN
    assert not any(one.mismatches for one in found.reads)
    start, end = found.changed.start, found.changed.end
    assert found.sequence[start:end] == found.inserted
    # Moved to the right, the bases may be others of a repeat; as many stay.
    assert (len(found.inserted), len(found.replaced)) == (len(inserted), len(replaced))
    whole = found.sequence[:start] + found.replaced + found.sequence[end:]
    assert whole in GENOME
    assert len(found.sequence) == 2 * FLANK + len(inserted)


def test_a_read_that_the_aligner_clipped_shows_a_duplication_too(tmp_path: Path) -> None:
    """Longer than any gap: the reads are clipped where the second copy begins."""
    reads = []
    for start in range(LONG.start - 70, LONG.start - 30, 2):
        one = read(f"m{start}", start, LONG)
        aligned = LONG.start + 1 - start
        one.cigarstring = f"{aligned}M{READ - aligned}S"
        reads.append(one)
    found = piled(tmp_path, LONG, reads)
    assert found is not None
    # A read has to reach six bases beyond the second copy.
    reaching = sum(one.reference_start + READ >= LONG.start + 1 + 45 + 6 for one in reads)
    assert 0 < found.fragments == reaching < len(reads)
    assert all(one.clips and not one.mismatches for one in found.reads)


def test_no_read_no_picture(tmp_path: Path) -> None:
    assert piled(tmp_path, SNV, [read("w", SNV.start - 50)]) is None
    near_the_end = read("m", SNV.start - READ + 5, SNV)
    assert piled(tmp_path, SNV, [near_the_end]) is None
    copies = [read(f"d{n}", SNV.start - 50, SNV, flag=0x400) for n in range(3)]
    assert piled(tmp_path, SNV, copies) is None


def test_another_base_at_the_place_is_not_the_variant(tmp_path: Path) -> None:
    third = next(base for base in "ACGT" if base not in (SNV.ref, SNV.alt))
    other = Allele(CONTIG, SNV.start, SNV.ref, third)
    assert piled(tmp_path, SNV, reads_of(other)) is None


def test_which_variants_are_drawn() -> None:
    rows = [
        panel_variant(tier=tier, vaf=vaf, filter=filters)
        for tier, vaf, filters in (
            ("2", 0.5, "PASS"), ("1", 0.02, "PASS"), ("3", 0.5, "PASS"), ("", 0.5, "PASS"),
            ("1", 0.4, "low_vaf"), ("1", 0.3, "PASS"),
        )
    ]  # fmt: skip
    assert [(one.tier, one.vaf) for one in shown_variants(rows)] == [
        ("1", 0.3), ("1", 0.02), ("2", 0.5),
    ]  # fmt: skip
    assert len(shown_variants([rows[0]] * VARIANTS_SHOWN)) == VARIANTS_SHOWN
    assert len(shown_variants([rows[0]] * (VARIANTS_SHOWN + 1))) == VARIANTS_SHOWN


def test_what_has_a_picture_already_is_not_drawn_again(tmp_path: Path) -> None:
    bam_of(tmp_path, [*reads_of(SNV), *reads_of(DELETION)]).close()
    fasta = write_fasta(tmp_path / "genome.fa", {CONTIG: GENOME})
    variants = [variant_of(SNV), variant_of(DELETION)]
    itd = (CONTIG, SNV.start + 1, SNV.ref, SNV.alt)
    found = pile_ups(tmp_path / "reads.bam", fasta, variants, RULES, {itd})
    assert [one.pos for one in found] == [DELETION.start + 1]
    assert pile_ups(tmp_path / "none.bam", fasta, [], RULES, ()) == ()


def test_the_page_shows_the_reads_with_their_numbers(tmp_path: Path) -> None:
    found = piled(tmp_path, DUP, reads_of(DUP))
    assert found is not None
    variant = variant_of(DUP, alternate_fragments=28, depth=60)
    html = page(report_of(tmp_path, variants=(variant,), pictures=Pictures((found,), ())))
    text = " ".join(re.sub(r"<[^>]*>", " ", html).split())
    assert "Reads over 1 of these variants" in text
    assert "TCTG is inserted (plus strand)." in text
    assert "20 of 30 fragments that fit the changed molecule better" in text
    assert "(15 by a forward read, 15 by a reverse one)" in text
    assert "counted for the VAF: 28 of 60." in text
    assert html.count("variant-pile-1") == 2
    assert "Reads over mutations of the kinase domain" not in html


def test_a_kinase_domain_mutation_is_drawn_in_the_section_of_flt3(tmp_path: Path) -> None:
    found = piled(tmp_path, SNV, reads_of(SNV))
    assert found is not None
    event = tkd_event(chrom=CONTIG, pos=SNV.start + 1, ref="<i>", alt="<b>")
    pictures = Pictures((replace(found, ref="<i>", alt="<b>", inserted="<b>"),), ())
    html = page(report_of(tmp_path, flt3=flt3_result(tkd=tkd_result(event)), pictures=pictures))
    assert "Reads over mutations of the kinase domain" in html
    assert "kinase-pile-1" in html
    assert "<b>" not in html
    assert "&lt;b&gt; stands in place of" in html

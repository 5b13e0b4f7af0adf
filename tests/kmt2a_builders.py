"""KMT2A as a small gene of 14 exons on a random contig, beside the genome of the example."""

from __future__ import annotations

from pathlib import Path

from tests.builders import random_sequence, write_fasta

LENGTH = 16_000
EXONS = tuple((1000 + 1000 * i, 1200 + 1000 * i) for i in range(14))
CONTIG = "chr11"
_EXAMPLE = Path(__file__).resolve().parents[1] / "panels" / "example"


def coding_sequence() -> str:
    """A random contig whose exons hold one reading frame, from ATG to the only stop codon."""
    bases = list(random_sequence(LENGTH, seed=3))
    coding = [place for start, end in EXONS for place in range(start, end)]
    for first, second, third in zip(coding[::3], coding[1::3], coding[2::3], strict=False):
        if bases[first] + bases[second] + bases[third] in ("TAA", "TAG", "TGA"):
            bases[third] = "C"
    for places, codon in ((coding[:3], "ATG"), (coding[-4:-1], "TAA")):
        for place, base in zip(places, codon, strict=True):
            bases[place] = base
    return "".join(bases)


SEQUENCE = coding_sequence()


def write_gene(folder: Path, *, beside_example: bool = False) -> dict[str, dict[str, str]]:
    """Reference and panel of a configuration: the example's genome, and the gene.

    `beside_example`: the genes and targets of the example as well.
    """
    write_fasta(folder / "genome.fa", {CONTIG: SEQUENCE})
    with (folder / "genome.fa").open("a", encoding="ascii") as file:
        file.write((_EXAMPLE / "reference.fa").read_text("ascii"))
    lines = []
    for number, (start, end) in enumerate(EXONS, start=1):
        named = f'gene_name "KMT2A"; transcript_id "ENST00000534358.8"; exon_number "{number}";\n'
        coding_end = end - (number == len(EXONS))  # 2799 coding bases: 933 codons
        frame = -200 * (number - 1) % 3
        lines += [
            f"{CONTIG}\tx\texon\t{start + 1}\t{end}\t.\t+\t.\t{named}",
            f"{CONTIG}\tx\tCDS\t{start + 1}\t{coding_end}\t.\t+\t{frame}\t{named}",
        ]
    targets = [f"{CONTIG}\t{start}\t{end}\texon\n" for start, end in EXONS]
    for name, own in (("genes.gtf", lines), ("targets.bed", targets)):
        others = (_EXAMPLE / name).read_text("utf-8") if beside_example else ""
        (folder / name).write_text("".join(own) + others, "utf-8")
    reference = {"fasta": str(folder / "genome.fa"), "gene_models": str(folder / "genes.gtf")}
    panel = {"name": "gene", "targets": str(folder / "targets.bed")}
    return {"reference": reference | {"build": "GRCh38"}, "panel": panel}

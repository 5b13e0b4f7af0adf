r"""Check a panel against a genome: translate its genes, and compare the builds by their proteins.

    python -m scripts.panel_data.check_targets --fasta GRCh37.fa --gene-models genes.GRCh37.gtf \
        --targets targets.GRCh37.bed [--proteins proteins.tsv]
    python -m scripts.panel_data.check_targets --fasta GRCh37.fa GRCh38.fa \
        --gene-models ONE.gtf OTHER.gtf --targets ONE.bed OTHER.bed

Every gene that the targets touch is translated as a whole, by the gene models. Its protein must
run from start to a single stop and be the one that is listed (--proteins), and the same in both
builds. Its introns must have the bases of a splice site at both ends: an exon that is placed a few
bases away may keep the frame, but not these. A target must hold the same bases of the same
transcript in both builds. The names of targets are ``gene|exonN``. What does not hold is printed,
and the exit status is then 1.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.plurals import counted
from flt3itd.common.tables import read_table, write_table
from flt3itd.hgvs.protein import UNKNOWN, translate
from flt3itd.hgvs.transcript import Fetch, Transcript
from scripts.command import run
from scripts.coverage.exon_coverage import target_names
from scripts.genome.gene_models import read_transcripts
from scripts.genome.reference_sequence import sequence_reader
from scripts.genome.targets import Regions, merged_targets

_STOP = "*"
_STARTS = "MLV"
"""What ATG, CTG, TTG and GTG would code for elsewhere; as start codons they give methionine."""
_SHOWN = 5
SPLICE_SITES = {("GT", "AG"), ("GC", "AG"), ("AT", "AC")}
"""First and last two bases of nearly all introns of mammals, the commonest first (Burset et al.,
Nucleic Acids Res 2000, 28:4364)."""
UNKNOWN_BASE = "N"


@dataclass(frozen=True)
class ListedProtein:
    """One row of proteins.tsv: a protein without its stop, and the SHA-256 of its residues."""

    gene: str
    protein: str
    residues: int
    sha256: str


@dataclass(frozen=True)
class Panel:
    """The genes of a panel on one build, and which of their bases the targets hold.

    `held` has, by the name of a target, the gene and the first and last base that the target
    holds of its exon, numbered from the A of the start codon (0-based half-open; untranslated
    bases included).
    """

    name: str
    transcripts: Mapping[str, Transcript]
    held: Mapping[str, tuple[str, int, int]]

    def protein(self, gene: str) -> str:
        """Residues of a gene, the stop included; translation begins with methionine."""
        transcript = self.transcripts[gene]
        residues = translate(transcript.spliced[: transcript.coding_length])
        return "M" + residues[1:] if residues[0] in _STARTS else residues


def read_panel(
    gene_models: Path, targets: Path, sequence_of: Callable[[str], Fetch], name: str
) -> Panel:
    """Read a panel on one build. Raises UserError for a target that is no exon of its gene."""
    regions: Regions = merged_targets(targets)
    transcripts = {t.gene: t for t in read_transcripts(gene_models, regions, sequence_of)}
    held = {}
    for (contig, start, end), target in target_names(targets).items():
        gene, _, number = target.partition("|exon")
        transcript = transcripts.get(gene)
        exon = next((e for e in transcript.exons if str(e.number) == number), None) if (
            transcript and transcript.contig == contig
        ) else None  # fmt: skip
        if transcript is None or exon is None or not (start < exon.end and exon.start < end):
            raise UserError(
                f"{targets}: {contig}:{start + 1}-{end} is called {target!r}, but {gene_models} "
                "has no such exon there; call targets GENE|exonN by the exons of the gene models"
            )
        whole, _ = transcript.axis(exon.start, exon.end)
        low, high = transcript.axis(max(start, exon.start), min(end, exon.end))
        held[target] = (gene, exon.first + low - whole, exon.first + high - whole)
    return Panel(name, transcripts, held)


def protein_faults(panel: Panel, listed: Mapping[str, ListedProtein]) -> Iterator[str]:
    """What is wrong with the proteins of one build, a sentence for each fault."""
    for gene, transcript in panel.transcripts.items():
        where = f"{panel.name}: {gene} {transcript.accession}"
        protein = panel.protein(gene)
        known = listed.get(gene)
        if UNKNOWN in protein:
            yield f"{where}: the genome has unknown bases in the coding sequence"
        elif (
            transcript.coding_length % 3
            or protein[0] != "M"
            or protein.find(_STOP) != len(protein) - 1
        ):
            yield f"{where}: the coding sequence does not run from start to a single stop"
        elif known and known != listed_protein(gene, known.protein, protein):
            yield (
                f"{where}: {len(protein) - 1} residues, which are not the {known.residues} of "
                f"{known.protein}"
            )


def splice_faults(panel: Panel) -> Iterator[str]:
    """Introns of one build that do not begin and end as introns do, a sentence for each.

    Where the genome has unknown bases nothing is said.
    """
    for gene, transcript in panel.transcripts.items():
        for donor, acceptor, number in introns(transcript):
            if (donor, acceptor) not in SPLICE_SITES and UNKNOWN_BASE not in donor + acceptor:
                yield (
                    f"{panel.name}: {gene} {transcript.accession}: the intron behind exon {number} "
                    f"is {donor}...{acceptor}, which is no splice site"
                )


def introns(transcript: Transcript) -> Iterator[tuple[str, str, int]]:
    """The first and last two bases of each intron, and the number of the exon before it."""
    for (_, end, exon), (start, _, following) in pairwise(transcript.intervals):
        # Exons that a model leaves out have introns of which neither end is known.
        if following.number == exon.number + 1:
            yield transcript.bases(end, end + 2), transcript.bases(start - 2, start), exon.number


def listed_protein(gene: str, accession: str, protein: str) -> ListedProtein:
    """The row of a protein whose residues end with the stop."""
    residues = protein.rstrip(_STOP)
    digest = hashlib.sha256(residues.encode("ascii")).hexdigest()
    return ListedProtein(gene, accession, len(residues), digest)


def differences(one: Panel, other: Panel) -> Iterator[str]:
    """Where two builds differ: in genes, proteins, targets and what these hold."""
    for gene in sorted(one.transcripts.keys() | other.transcripts.keys()):
        if gene not in one.transcripts or gene not in other.transcripts:
            yield f"{gene}: has no target in {(one if gene in other.transcripts else other).name}"
            continue
        proteins = one.protein(gene), other.protein(gene)
        if len(proteins[0]) != len(proteins[1]):
            yield f"{gene}: {len(proteins[0]) - 1} and {len(proteins[1]) - 1} residues"
            continue
        changed = [
            f"{a}{number}{b}"
            for number, (a, b) in enumerate(zip(*proteins, strict=True), start=1)
            if a != b
        ]
        if changed:
            more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
            yield f"{gene}: other residues: {', '.join(changed[:_SHOWN])}{more}"
    for target in sorted(one.held.keys() | other.held.keys()):
        held = [panel.held.get(target) for panel in (one, other)]
        if held[0] != held[1]:
            texts = [f"c. {h[1] + 1} to {h[2]}" if h else "nothing" for h in held]
            yield f"{target}: holds {texts[0]} in {one.name}, {texts[1]} in {other.name}"


def _introns_read(panel: Panel) -> int:
    """Introns both of whose ends are known."""
    ends = [one + other for t in panel.transcripts.values() for one, other, _ in introns(t)]
    return sum(len(bases) == 4 and UNKNOWN_BASE not in bases for bases in ends)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, print what was checked and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("fasta", "gene-models", "targets"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True)
    parser.add_argument("--proteins", type=Path, help="proteins to compare with")
    parser.add_argument("--write-proteins", type=Path, help="list the proteins of the first build")
    options = parser.parse_args(arguments)
    files = options.fasta, options.gene_models, options.targets
    if len({len(paths) for paths in files}) != 1 or len(options.fasta) > 2:
        raise UserError("--fasta, --gene-models and --targets name one file for each build, or two")
    panels = []
    for fasta, gene_models, targets in zip(*files, strict=True):
        try:
            panels.append(read_panel(gene_models, targets, sequence_reader(fasta), fasta.name))
        except (OSError, ValueError, KeyError) as error:
            raise UserError(
                f"{fasta}: cannot be read with {gene_models} and {targets}: {error}; the contigs "
                "must have the same names, and the FASTA an index (samtools faidx)"
            ) from error
    rows = read_table(options.proteins, ListedProtein) if options.proteins else []
    listed = {row.gene: row for row in rows}
    faults = [fault for panel in panels for fault in protein_faults(panel, listed)]
    faults += [fault for panel in panels for fault in splice_faults(panel)]
    if len(panels) == 2:
        faults += differences(*panels)
    for panel in panels:
        known = sum(gene in listed for gene in panel.transcripts)
        print(
            f"{panel.name}: {counted(len(panel.transcripts), 'gene')} translated, "
            f"{known} of them compared with {options.proteins or 'no list'}; "
            f"{len(panel.held)} targets; {_introns_read(panel)} introns"
        )
    print("\n".join(faults) or "all as it should be")
    if faults:
        raise SystemExit(1)
    if options.write_proteins:
        first = panels[0]
        proteins = [
            listed_protein(gene, first.transcripts[gene].protein_accession, first.protein(gene))
            for gene in sorted(first.transcripts)
        ]
        write_table(options.write_proteins, ListedProtein, proteins)


if __name__ == "__main__":
    run(main)

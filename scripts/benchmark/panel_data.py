"""What the benchmark of the panel is made of: a small genome, its samples and their truth.

The genome has one contig for each gene: the slices of GRCh38 that hold the gene, joined by random
bases (reads of an exon need something beside it). So introns are not the true ones, g. names are
those of the contig, and c. and p. names are the true ones.
"""

from __future__ import annotations

import csv
import gzip
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.bed import read_bed
from flt3itd.common.errors import UserError
from flt3itd.hgvs.names import GenomicNumbering, name_change
from flt3itd.hgvs.protein import THREE_LETTERS
from flt3itd.hgvs.transcript import Fetch, Transcript
from scripts.genome.gene_models import read_transcripts
from scripts.panel_data.build_panel import NAMES_BY_THE_RULES, Model, read_models

_HEADER = re.compile(r"(?P<gene>\w+)\|(?P<contig>\w+):(?P<start>\d+)-(?P<end>\d+)")
_SPACER = 500
_APART = 250
_TOGETHER = 3
"""At most so many known variants of a sample lie within `_APART` bases of each other."""
_BETWEEN = 10
"""Bases between a deletion or replacement and another variant of a sample: a caller names one
change of overlapping bases, and they are alternatives, not found in one patient."""


@dataclass(frozen=True)
class Slice:
    """A part of the genome (0-based half-open) and where it begins on its contig here."""

    contig: str
    start: int
    sequence: str
    offset: int

    @property
    def end(self) -> int:
        """The end on the genome."""
        return self.start + len(self.sequence)


@dataclass(frozen=True)
class SmallGenome:
    """The slices by gene, in the order of the genome."""

    slices: dict[str, tuple[Slice, ...]]

    def sequence(self, gene: str) -> str:
        """The contig of a gene."""
        parts, length = [], 0
        for one in self.slices[gene]:
            parts += [_random_bases(one.offset - length, f"{gene}{length}"), one.sequence]
            length = one.offset + len(one.sequence)
        return "".join([*parts, _random_bases(_SPACER, gene)])

    def place(self, gene: str, start: int, end: int) -> tuple[int, int] | None:
        """A stretch of the genome (0-based half-open) on the contig; None where it is not held.

        What sticks out of a slice is cut off.
        """
        for one in self.slices.get(gene, ()):
            low, high = max(start, one.start), min(end, one.end)
            if low < high:
                shift = one.offset - one.start
                return low + shift, high + shift
        return None

    def fasta(self) -> str:
        """All contigs."""
        return "".join(f">{gene}\n{self.sequence(gene)}\n" for gene in self.slices)


def _random_bases(length: int, seed: str) -> str:
    return "".join(random.Random(seed).choices("ACGT", k=length))


def read_genome(path: Path) -> SmallGenome:
    """Read slices whose headers hold ``GENE|contig:start-end`` (1-based inclusive)."""
    found: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    try:
        with gzip.open(path, "rt", encoding="ascii") as handle:
            for record in handle.read().split(">")[1:]:
                header, *lines = record.split("\n")
                match = _HEADER.match(header)
                if match is None:
                    raise UserError(f"{path}: {header!r} is not GENE|contig:start-end")
                place = (match["contig"], int(match["start"]) - 1, "".join(lines).upper())
                found[match["gene"]].append(place)
    except (OSError, EOFError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    slices = {}
    for gene, pieces in sorted(found.items()):
        offset, placed = _SPACER, []
        for contig, start, sequence in sorted(pieces, key=lambda piece: piece[1]):
            placed.append(Slice(contig, start, sequence, offset))
            offset += len(sequence) + _SPACER
        slices[gene] = tuple(placed)
    return SmallGenome(slices)


def gtf_of(genome: SmallGenome, models: Iterable[Model]) -> str:
    """Gene models on the contigs; untranslated parts that the genome lacks are left out."""
    lines = []
    for model in models:
        before = 0
        attributes = (
            f'gene_name "{model.gene}"; transcript_id "{model.ensembl}"; '
            f'db_xref "RefSeq:{model.refseq}"; db_xref "RefSeq:{model.protein}"; '
            'tag "MANE_Select"; partial "true";'
        )
        for number, (start, end) in model.coding.items():
            exon = model.exons[number - 1]
            coding = genome.place(model.gene, start - 1, end)
            whole = genome.place(model.gene, exon[0] - 1, exon[1])
            if coding is None or whole is None:
                break
            numbered = f'{attributes} exon_number "{number}"; cds_start "{before + 1}";'
            for kind, (low, high) in (("exon", whole), ("CDS", coding)):
                cells = (model.gene, "MANE", kind, low + 1, high, ".", model.strand, ".", numbered)
                lines.append("\t".join(map(str, cells)) + "\n")
            before += end - start + 1
    return "".join(lines)


def transcripts_of(genome: SmallGenome, gtf: Path) -> list[Transcript]:
    """The transcripts of a file that `gtf_of` made."""
    whole = {gene: [(0, len(genome.sequence(gene)))] for gene in genome.slices}
    return read_transcripts(gtf, whole, lambda gene: reader(genome.sequence(gene)))


def reader(sequence: str) -> Fetch:
    """A function that gives the bases of a contig."""
    return lambda start, end: sequence[max(0, start) : end]


Targets = dict[str, tuple[str, int, int]]
"""Contig, start and end (0-based half-open) by name (``gene|exonN``)."""


def targets_of(genome: SmallGenome, bed: Path) -> Targets:
    """The targets of a BED file on the contigs."""
    targets = {}
    for one in read_bed(bed):
        gene = one.name.split("|")[0]
        place = genome.place(gene, one.start, one.end)
        if place is not None:
            targets[one.name] = (gene, *place)
    return targets


@dataclass(frozen=True)
class Truth:
    """A variant of a sample: contig (the gene), 0-based start, alleles, c. name, and VAF.

    `artifact`: known as an artefact, so at a low VAF it is to be called, and not to pass.
    `written`: a duplication in the words of the simulator, which then captures both copies alike.
    """

    gene: str
    start: int
    ref: str
    alt: str
    hgvs_c: str
    vaf: float
    artifact: bool = False
    written: str = ""

    def event(self) -> str:
        """The variant in the words of the simulator."""
        if self.written:
            return self.written
        ref, alt, start = self.ref, self.alt, self.start
        while ref and alt and ref[0] == alt[0]:
            ref, alt, start = ref[1:], alt[1:], start + 1
        first, last = start + 1, start + len(ref)
        if len(ref) == len(alt) == 1:
            return f"{self.gene}:{first}{ref}>{alt}"
        if not ref:
            return f"{self.gene}:{first - 1}-{first}ins{alt}"
        span = f"{self.gene}:{first}-{last}" if last > first else f"{self.gene}:{first}"
        return f"{span}delins{alt}" if alt else f"{span}del"


def known_truth(path: Path, genome: SmallGenome, vaf: float) -> list[Truth]:
    """The known variants of a table (gene, pos, ref, alt, c_hgvs, annotation) at one VAF."""
    truths = []
    for row in _rows(path):
        start = int(row["pos"]) - 1
        place = genome.place(row["gene"], start, start + len(row["ref"]))
        if place is None or place[1] - place[0] != len(row["ref"]):
            raise UserError(f"{path}: {row['gene']} {row['pos']}: not in the genome of slices")
        name = row["c_hgvs"].split(":")[1]
        name = NAMES_BY_THE_RULES.get(name, name)
        known_artifact = row["annotation"] == "artifact"
        truths.append(
            Truth(row["gene"], place[0], row["ref"], row["alt"], name, vaf, known_artifact)
        )
    return truths


def material_truth(
    path: Path, genome: SmallGenome, transcripts: dict[str, Transcript]
) -> list[Truth]:
    """The small variants of a reference material, from gene, place, protein change and VAF.

    Its table names no alternate base: the one that makes the protein change is taken.
    """
    truths = []
    for row in _rows(path):
        place = genome.place(row["gene"], int(row["pos_hg38"]) - 1, int(row["pos_hg38"]))
        if place is None:
            raise UserError(f"{path}: {row['gene']} is not in the genome of slices")
        if len(row["change"]) > 3 and row["change"].startswith("ITD"):
            continue
        transcript = transcripts[row["gene"]]
        numbering = GenomicNumbering(row["gene"])
        for ref, alt in _candidates(genome.sequence(row["gene"]), place[0], row["change"]):
            names = name_change(transcript, place[0], ref, alt, numbering)
            if _is_named(row["change"], names.hgvs_p):
                c_name = names.hgvs_c.split(":")[1]
                vaf = float(row["expected_AF"])
                truths.append(Truth(row["gene"], place[0], ref, alt, c_name, vaf))
                break
        else:
            raise UserError(f"{path}: {row['gene']} {row['change']}: no allele has this effect")
    return truths


def _candidates(sequence: str, start: int, change: str) -> list[tuple[str, str]]:
    """Alleles anchored at a place that could make a change."""
    base = sequence[start]
    if "fs" in change:
        deleted = [(sequence[start : start + 2], base)]
        inserted = [(base, base + new) for new in "ACGT"]
        # A duplication is more likely than another insertion; NPM1 type A copies four bases.
        copied = [(base, base + sequence[start + 1 : start + 1 + n]) for n in (1, 4)]
        return [*copied, *deleted, *inserted]
    if ">" in change:
        return [(sequence[start : start + 7], base)]
    return [(base, other) for other in "ACGT" if other != base]


def _is_named(change: str, hgvs_p: str) -> bool:
    """Whether a protein name is a change such as T315I, G646fs*12, Q119* or F537-K539>L."""
    name = hgvs_p.rsplit(":", maxsplit=1)[-1]
    residues = re.findall(r"([A-Z*])(\d+)?", change)
    if "fs" in change:
        # Older residue numbers differ; the distance to the stop does not.
        distance = change.split("*")[1]
        return name.endswith(f"fsTer{distance})") and THREE_LETTERS[change[0]] in name
    if ">" in change:
        (one, first), (other, last), (new, _) = residues
        return name == (
            f"p.({THREE_LETTERS[one]}{first}_{THREE_LETTERS[other]}{last}delins"
            f"{THREE_LETTERS[new]})"
        )
    (one, number), (new, _) = residues
    return name == f"p.({THREE_LETTERS[one]}{number}{THREE_LETTERS[new]})"


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle, delimiter="\t"))
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error}") from error


def in_samples(truths: Sequence[Truth]) -> list[list[Truth]]:
    """The variants in as few samples as keep them apart from each other."""
    samples: list[list[Truth]] = []
    for truth in sorted(truths, key=lambda t: (t.gene, t.start)):
        for sample in samples:
            near = [t for t in sample if t.gene == truth.gene and truth.start - t.start < _APART]
            if len(near) < _TOGETHER and not any(_are_alternatives(t, truth) for t in near):
                sample.append(truth)
                break
        else:
            samples.append([truth])
    return samples


def _are_alternatives(first: Truth, second: Truth) -> bool:
    """Whether two variants of a gene, in order, are the same or change bases of each other."""
    if first.hgvs_c == second.hgvs_c:
        return True
    near = first.start + len(first.ref) + _BETWEEN > second.start
    return near and any(
        len(truth.ref) > 1 or (len(truth.alt) > 1 and truth.alt[0] != truth.ref)
        for truth in (first, second)
    )


def panel_models(path: Path, genome: SmallGenome) -> list[Model]:
    """The models of the genes that the genome holds."""
    return [model for gene, model in read_models(path).items() if gene in genome.slices]

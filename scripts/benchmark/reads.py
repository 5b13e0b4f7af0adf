"""Reads of benchmark samples: simulated, written as FASTQ, aligned by bwa mem.

The reads are aligned to the FLT3 locus that the package carries, and the alignments are moved to
their place on chromosome 13 of GRCh38: a BAM as from the whole genome, without its index.
"""

from __future__ import annotations

import gzip
import random
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flt3itd.commands.simulate import simulate_haplotypes, write_simulation
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, Locus, flt3_locus
from flt3itd.simulation.haplotypes import as_bases, build_haplotype
from flt3itd.simulation.long_reads import LongHaplotype, LongReadSimulator
from flt3itd.simulation.sample import Simulation
from flt3itd.simulation.sequencing import Fragments, Library, Molecule
from scripts.benchmark.designs import BenchmarkSet, Mutant, SamplePlan
from scripts.benchmark.plans import LOWER_PRIMER, UPPER_PRIMER

CONTIG = "chr13"
ANCHOR = 12
"""Bases on each side of a junction that a read must have to count as showing it."""
_OTHER_POSITIONS = re.compile(rb"(?<=\tSA:Z:chr13,)\d+|(?<=;chr13,)\d+")
_EARLIER_VAF = 0.3
_TARGETS = 14, 15
"""Exons whose bases catch the fragments of sets with baits."""
_ART_PROFILES = {75: "NS50", 100: "HS25", 150: "HSXt", 250: "MSv3"}
"""Built-in error profiles of ART by read length; amplicon reads are never left to it."""


@dataclass(frozen=True)
class Reads:
    """The files of a sample; `shown[i]` fragments show the junction of mutant i, if known."""

    plan: SamplePlan
    fastq: tuple[Path, Path]
    bam: Path
    shown: tuple[int | None, ...]
    earlier: Path | None = None


@dataclass(frozen=True)
class Making:
    """How samples are made: on which reference, from which seed, by ART or the own simulator."""

    reference: Path
    seed: int
    art: bool


def write_reference(folder: Path) -> Path:
    """The locus as FASTA under the name of its chromosome, indexed for bwa mem."""
    path = folder / "locus.fa"
    path.write_text(f">{CONTIG}\n{flt3_locus().sequence}\n", "ascii")
    subprocess.run(["bwa", "index", str(path)], check=True, capture_output=True)
    return path


def make_reads(making: Making, one: BenchmarkSet, folder: Path, plan: SamplePlan) -> Reads:
    """Simulate, align and index one sample, and the earlier sample of a follow-up."""
    earlier = None
    if plan.earlier:
        present = tuple(Mutant(m.start, m.inserted, _EARLIER_VAF, m.kind) for m in plan.earlier)
        before = SamplePlan(f"{plan.name}_earlier", plan.number, present)
        earlier = _sample(making, one, folder, before, 1000).bam
    made = _sample(making, one, folder, plan, one.depth)
    return Reads(plan, made.fastq, made.bam, made.shown, earlier)


def _sample(
    making: Making, one: BenchmarkSet, folder: Path, plan: SamplePlan, depth: float
) -> Reads:
    if one.long_libraries:
        return _long_reads(one, plan, folder, making.seed)
    fastq = (folder / f"{plan.name}_R1.fastq.gz", folder / f"{plan.name}_R2.fastq.gz")
    shown: tuple[int | None, ...] = (None,) * len(plan.mutants)
    if making.art and one.library.read_length in _ART_PROFILES:
        _write_art(one, plan, depth, fastq, making.seed)
    else:
        simulation = simulated(one, plan, depth, making.seed)
        shown = tuple(fragments_showing(simulation, i + 1) for i in range(len(plan.mutants)))
        write_simulation(simulation, *fastq, None)
    bam = folder / f"{plan.name}.bam"
    align(making.reference, fastq, bam, plan.name)
    return Reads(plan, fastq, bam, shown)


_LONG_AMPLICON = (18_300, 19_900)
"""Where the long amplicons begin and end (locus coordinates, half-open)."""


def _long_reads(one: BenchmarkSet, plan: SamplePlan, folder: Path, seed: int) -> Reads:
    """Single long reads as FASTQ; nothing is aligned."""
    library = one.long_libraries[plan.number % len(one.long_libraries)]
    locus = flt3_locus()
    begin, end = (0, len(locus)) if library.length is not None else _LONG_AMPLICON
    tail = len(locus) - end
    wildtype = 1 - sum(mutant.vaf for mutant in plan.mutants)
    sequences = [(locus.sequence, wildtype)]
    sequences += [(mutant.sequence(locus.sequence), mutant.vaf) for mutant in plan.mutants]
    haplotypes = [
        LongHaplotype(sequence[begin : len(sequence) - tail], share)
        for sequence, share in sequences
    ]
    number = random.Random(f"{seed} {plan.name} long").getrandbits(32)
    path = folder / f"{plan.name}.fastq.gz"
    with gzip.open(path, "wt", compresslevel=1, encoding="ascii") as file:
        for place, read in enumerate(
            LongReadSimulator(haplotypes, library, number).reads(round(one.depth))
        ):
            file.write(f"@{plan.name}:{place:08d}\n{read.sequence}\n+\n{read.qualities}\n")
    return Reads(plan, (path, path), path, (None,) * len(plan.mutants))


def template_region(one: BenchmarkSet, mutants: Sequence[Mutant], locus: Locus) -> tuple[int, int]:
    """The part of the locus to cut fragments from: even depth wherever a mutant may lie."""
    longest = max([one.lengths[1], *(len(mutant.inserted) for mutant in mutants)])
    reach = one.library.reach() + (longest if one.mutants else 0)
    return locus.exon(15).start - reach, locus.exon(14).end + reach


def simulated(one: BenchmarkSet, plan: SamplePlan, depth: float, seed: int) -> Simulation:
    """The fragments of a sample; molecule 0 is the wild type, i + 1 mutant i of the plan."""
    alleles = _alleles(one, plan)
    if one.amplicon:
        return _amplified(alleles, round(depth), one.library, seed, plan.name)
    fragments = depth * one.library.bases_shown() / (2 * one.library.read_length)
    locus = flt3_locus()
    exons = [locus.sequence[exon.start : exon.end] for exon in map(locus.exon, _TARGETS)]
    return simulate_haplotypes(alleles, fragments, one.library, seed, plan.name, exons)


def _alleles(one: BenchmarkSet, plan: SamplePlan) -> list[tuple[str, str, float]]:
    """Name, sequence and share of molecules of the wild type, each mutant, each normal allele."""
    locus = flt3_locus()
    begin, end = template_region(one, plan.mutants, locus)
    if one.amplicon:
        begin = locus.sequence.index(UPPER_PRIMER)
        end = locus.sequence.index(LOWER_PRIMER, begin) + len(LOWER_PRIMER)
    tail = len(locus) - end
    wildtype = 1 - sum(mutant.vaf for mutant in plan.mutants)
    wildtype -= sum(allele.share for allele in plan.normal)
    alleles = [("wildtype", locus.sequence[begin:end], max(0.0, wildtype))]
    for number, mutant in enumerate(plan.mutants, start=1):
        whole = mutant.molecule(locus.sequence)
        alleles.append((f"mutant{number}", whole[begin : len(whole) - tail], mutant.vaf))
    for number, allele in enumerate(plan.normal, start=1):
        whole = allele.change.made_to(locus.sequence)
        alleles.append((f"normal{number}", whole[begin : len(whole) - tail], allele.share))
    return alleles


def _amplified(
    alleles: Sequence[tuple[str, str, float]], pairs: int, library: Library, seed: int, sample: str
) -> Simulation:
    """Full-length products in exact numbers; read 1 starts at the lower primer."""
    counts = [round(pairs * share) for _, _, share in alleles]
    owner = np.repeat(np.arange(len(alleles)), counts)
    lengths = np.array([len(sequence) for _, sequence, _ in alleles], dtype=np.int64)
    fragments = Fragments(
        tuple(as_bases(sequence) for _, sequence, _ in alleles),
        tuple(range(len(alleles))),
        owner,
        np.zeros(len(owner), dtype=np.int64),
        lengths[owner],
        np.ones(len(owner), dtype=bool),
    )
    order = np.random.default_rng(seed).permutation(len(owner))
    molecules = tuple(
        Molecule(name, name, share, build_haplotype(sequence)) for name, sequence, share in alleles
    )
    return Simulation(
        sample, seed, molecules, ("",) * len(molecules), fragments.take(order), library
    )


def fragments_showing(simulation: Simulation, molecule: int) -> int:
    """Fragments of a mutant with a read that passes its junction by `ANCHOR` bases each side."""
    wildtype = simulation.molecules[0].haplotype.text()
    begin, end = junction(wildtype, simulation.molecules[molecule].haplotype.text())
    fragments = simulation.fragments
    own = fragments.molecules() == molecule
    start, length = fragments.start[own], fragments.length[own]
    read = np.minimum(length, simulation.library.read_length)
    first = (start <= begin - ANCHOR) & (start + read >= end + ANCHOR)
    stop = start + length
    second = (stop - read <= begin - ANCHOR) & (stop >= end + ANCHOR)
    return int(np.count_nonzero(first | second))


def junction(wildtype: str, mutant: str) -> tuple[int, int]:
    """Where the mutant stops to agree with the wild type from the left and from the right.

    A mismatch between two copies does not end the agreement: reads that show where the second
    copy begins show the mutant, whether or not they reach the mismatch.
    """
    left = _agreement(wildtype, mutant)
    right = len(mutant) - _agreement(wildtype[::-1], mutant[::-1])
    return min(left, right), max(left, right)


def _agreement(one: str, other: str) -> int:
    """How many first characters two strings share, a mismatch bridged where they go on alike."""
    shortest = min(len(one), len(other))
    differing = (place for place in range(shortest) if one[place] != other[place])
    for place in differing:
        behind = slice(place + 1, place + 1 + ANCHOR)
        if one[behind] != other[behind]:
            return place
    return shortest


def align(reference: Path, fastq: Iterable[Path], bam: Path, sample: str) -> None:
    """Align with bwa mem, move to chromosome 13 of GRCh38, sort and index."""
    align = [
        *("bwa", "mem", "-v", "1", "-R", f"@RG\\tID:{sample}\\tSM:{sample}"),
        *(str(reference), *map(str, fastq)),
    ]
    sort = ["samtools", "sort", "-l", "1", "-O", "bam", "-o", str(bam), "-"]
    with (
        subprocess.Popen(align, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as aligner,
        subprocess.Popen(sort, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as sorter,
    ):
        assert aligner.stdout is not None
        assert sorter.stdin is not None
        sorter.stdin.writelines(on_chromosome(aligner.stdout))
        sorter.stdin.close()
    if aligner.returncode or sorter.returncode:
        raise RuntimeError(f"{sample}: bwa mem or samtools sort failed")
    subprocess.run(["samtools", "index", str(bam)], check=True)


def on_chromosome(lines: Iterable[bytes]) -> Iterator[bytes]:
    """SAM lines of reads on the locus as SAM lines of reads on the chromosome."""
    shift = flt3_locus().first_position - 1

    def moved(match: re.Match[bytes]) -> bytes:
        return b"%d" % (int(match[0]) + shift)

    for line in lines:
        if line.startswith(b"@SQ"):
            yield b"@SQ\tSN:%s\tLN:%d\n" % (CONTIG.encode(), CHROMOSOME_LENGTH["GRCh38"])
            continue
        if line.startswith(b"@"):
            yield line
            continue
        fields = line.split(b"\t", 8)
        for place in (3, 7):
            if fields[place] != b"0":
                fields[place] = b"%d" % (int(fields[place]) + shift)
        if b"\tSA:Z:" in fields[8]:
            head, tag, rest = fields[8].partition(b"\tSA:Z:")
            value, tab, behind = rest.partition(b"\t")
            fields[8] = head + _OTHER_POSITIONS.sub(moved, tag + value) + tab + behind
        yield b"\t".join(fields)


def _write_art(
    one: BenchmarkSet, plan: SamplePlan, depth: float, fastq: tuple[Path, Path], seed: int
) -> None:
    """The same alleles read by art_illumina, in random order, without truth in the names."""
    rng = random.Random(f"{seed} {plan.name} art")
    pairs: list[tuple[str, str]] = []
    library = one.library
    with tempfile.TemporaryDirectory(dir=fastq[0].parent) as name:
        for _, sequence, share in _alleles(one, plan):
            if share <= 0:
                continue
            fasta, prefix = Path(name, "allele.fa"), Path(name, "reads")
            fasta.write_text(f">allele\n{sequence}\n", "ascii")
            command = [
                *("art_illumina", "-q", "-na", "-p", "-i", fasta),
                *("-ss", _ART_PROFILES[library.read_length]),
                *("-l", library.read_length, "-f", depth * share, "-m", library.fragment_mean),
                *("-s", library.fragment_sd, "-o", prefix, "-rs", rng.randint(1, 2**31 - 1)),
            ]
            subprocess.run(list(map(str, command)), check=True, capture_output=True)
            mates = [Path(f"{prefix}{mate}.fq").read_text("ascii") for mate in (1, 2)]
            pairs += zip(*map(_reads_of, mates), strict=True)
    rng.shuffle(pairs)
    for mate, path in enumerate(fastq):
        with gzip.open(path, "wt", compresslevel=1, encoding="ascii") as file:
            file.writelines(f"@{plan.name}:{n:08d}\n{pair[mate]}" for n, pair in enumerate(pairs))


def _reads_of(text: str) -> list[str]:
    """The records of a FASTQ file without their names."""
    lines = text.splitlines(keepends=True)
    return ["".join(lines[first + 1 : first + 4]) for first in range(0, len(lines), 4)]

"""What `make bench` simulates: the sets, each with its libraries, VAFs and lengths."""

from __future__ import annotations

from dataclasses import replace

from flt3itd.simulation.long_reads import LongLibrary
from flt3itd.simulation.sequencing import Library, PoorCycles, QualityModel
from scripts.benchmark.designs import BenchmarkSet, Design

_GRID_PAIRS = 2000
"""Half of them wild type."""
_READS_150 = Library(read_length=150, fragment_mean=280, fragment_sd=60)
_READS_100 = Library(read_length=100, fragment_mean=220, fragment_sd=50)
_READS_75 = Library(read_length=75, fragment_mean=180, fragment_sd=40)
_LONG_NOISY_READS = Library(
    read_length=250,
    fragment_mean=400,
    fragment_sd=60,
    qualities=QualityModel(
        middle_first=0.03, middle_last=0.25, low_first=0.005, low_last=0.12, low=10
    ),
)
_READS_250 = Library(read_length=250, fragment_mean=400, fragment_sd=60)
_BAITED_150 = replace(_READS_150, bait_bases=80)
_BAITED_100 = replace(_READS_100, bait_bases=80)
_POOR_BASES = QualityModel(
    poor_tails=0.3, poor_cycles=(PoorCycles(31, 33, 0.5), PoorCycles(60, 75, 0.2))
)
_AMPLICON_READS = Library(read_length=275)
_USUAL = (0.5, 0.25, 0.1, 0.05, 0.02)
_COVERED = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03)
_LEVELS = (0.5, 0.3, 0.1, 0.05)

_CAPTURE = BenchmarkSet("capture150", 60, 6, 1000, _READS_150, _USUAL)
_PAIR = replace(_CAPTURE, samples=15, quick=3, depth=1500, vafs=(0.2, 0.1), mutants=2)
_OTHER = replace(_CAPTURE, samples=20, quick=3, vafs=(0.4, 0.2, 0.05), filler_share=0.0)
_DEEP = replace(_CAPTURE, samples=6, quick=1, depth=60_000, lengths=(12, 150), follow_up=True)
_NONE = replace(_CAPTURE, design=Design.WILD_TYPE, mutants=0, vafs=())
_MANY = replace(_CAPTURE, samples=400, quick=20, depth=500, vafs=_COVERED, intervals_only=True)
_COPIES = BenchmarkSet(
    "copies150", 20, 3, 500, _READS_150, (0.4, 0.25, 0.1), (15, 120), 0.3, Design.COPIES
)
_TARGETS = BenchmarkSet("targets150", 40, 4, 1000, _BAITED_150, _LEVELS, (21, 400), 0.2)
_BESIDE = replace(_COPIES, samples=30, name="cis", lengths=(12, 150), design=Design.CIS)
_BESIDE_AMPLICON = replace(
    _BESIDE,
    name="cis_amplicon",
    depth=1000,
    lengths=(12, 60),
    library=_AMPLICON_READS,
    amplicon=True,
)

LONG_READS = "long_reads"
"""Chooses all sets of long reads, whose names begin with it."""
_NANOPORE = (
    LongLibrary(0.05),
    LongLibrary(0.05, kinds=(0.1, 0.45, 0.45), partial=0.2),
    LongLibrary(0.03, run_growth=2.0, chimeric=0.05),
    LongLibrary(0.01),
)
_PACBIO = (LongLibrary(0.005), LongLibrary(0.001), LongLibrary(0.003, run_growth=2.0))
_MOLECULES = (LongLibrary(0.03, length=10_000), LongLibrary(0.003, length=3_000, length_spread=0.4))
_LONG = BenchmarkSet(
    LONG_READS, 20, 3, 2000, _READS_150, (0.02, 0.05, 0.2), (12, 400), long_libraries=_NANOPORE
)

SETS: tuple[BenchmarkSet, ...] = (
    _CAPTURE,
    replace(_CAPTURE, name="capture100", library=_READS_100),
    BenchmarkSet("capture75", 30, 5, 600, _READS_75, (0.5, 0.25, 0.1)),
    BenchmarkSet("long", 30, 4, 1000, _READS_150, (0.3, 0.1, 0.05), (200, 420), filler_share=0.2),
    BenchmarkSet("three", 20, 3, 1500, _READS_150, (0.2, 0.1, 0.05), (3, 200), mutants=3),
    replace(_PAIR, name="same_length", lengths=(12, 150), design=Design.SAME_LENGTH),
    replace(_PAIR, name="similar", lengths=(30, 90), design=Design.SIMILAR),
    BenchmarkSet("low_vaf", 12, 1, 20_000, _READS_150, (0.005, 0.002, 0.001), (12, 150)),
    BenchmarkSet("shallow", 40, 6, 60, _READS_100, (0.5, 0.3, 0.2, 0.1)),
    replace(_OTHER, name="imperfect", lengths=(30, 180), design=Design.IMPERFECT),
    replace(_OTHER, name="insertion", lengths=(15, 75), design=Design.INSERTION),
    replace(_CAPTURE, name="fastq", samples=20, quick=3, fastq=True),
    replace(_CAPTURE, name="published", quick=10, depth=800, design=Design.PUBLISHED),
    BenchmarkSet(
        "amplicon_grid",
        100,
        8,
        _GRID_PAIRS,
        _AMPLICON_READS,
        (0.5,),
        (3, 201),
        0.0,
        Design.GRID,
        amplicon=True,
    ),
    replace(_DEEP, name="follow_up", vafs=(0.001, 0.0005, 0.0002)),
    replace(_DEEP, name="follow_up_zero", samples=2, vafs=(0.0,)),
    replace(_NONE, name="wild_type", samples=20, quick=2, depth=3000),
    replace(
        _NONE, name="wild_type_noisy", samples=4, quick=1, depth=20_000, library=_LONG_NOISY_READS
    ),
    _COPIES,
    replace(_COPIES, name="copies75", library=_READS_75, lengths=(15, 50)),
    replace(_COPIES, name="copies250", library=_READS_250),
    replace(_COPIES, name="inner", samples=30, lengths=(60, 180), design=Design.INNER),
    _BESIDE,
    replace(_BESIDE, name="trans", design=Design.TRANS),
    replace(_BESIDE, name="both_alleles", design=Design.BOTH_ALLELES),
    _BESIDE_AMPLICON,
    replace(_BESIDE_AMPLICON, name="trans_amplicon", design=Design.TRANS),
    replace(_BESIDE_AMPLICON, name="both_amplicon", design=Design.BOTH_ALLELES),
    replace(_COPIES, name="longer", lengths=(300, 800), filler_share=0.2, design=Design.TANDEM),
    _TARGETS,
    replace(_TARGETS, name="targets100", library=_BAITED_100),
    replace(_TARGETS, name="targets_two", quick=2, vafs=(0.3, 0.02, 0.1, 0.05), mutants=2),
    replace(_TARGETS, name="poor_bases150", library=replace(_READS_150, qualities=_POOR_BASES)),
    replace(_TARGETS, name="poor_bases100", library=replace(_READS_100, qualities=_POOR_BASES)),
    replace(_MANY, name="intervals150"),
    replace(_MANY, name="intervals100", library=_READS_100),
    replace(_MANY, name="intervals75", library=_READS_75),
    _LONG,
    replace(_LONG, name="long_reads_short", samples=10, lengths=(3, 11), long_libraries=_PACBIO),
    replace(_LONG, name="long_reads_three", samples=4, quick=1, lengths=(12, 120), mutants=3),
    replace(
        _LONG,
        name="long_reads_molecules",
        samples=4,
        quick=1,
        vafs=(0.3,),
        long_libraries=_MOLECULES,
    ),
    replace(
        _LONG,
        name="long_reads_deep",
        samples=1,
        quick=1,
        depth=50_000,
        long_libraries=(LongLibrary(0.02),),
    ),
    replace(
        _LONG,
        name="long_reads_wild_type",
        samples=7,
        quick=2,
        depth=3000,
        vafs=(),
        design=Design.WILD_TYPE,
        mutants=0,
        long_libraries=(*_NANOPORE, *_PACBIO),
    ),
)

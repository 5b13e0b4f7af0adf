"""How the molecules of a library were made and selected: the one list of assays."""

from __future__ import annotations

from enum import StrEnum


class Assay(StrEnum):
    """How the molecules of a locus were selected, and how they are read."""

    CAPTURE = "capture"
    """Random fragments caught by probes, exomes and genomes; copies of a fragment are marked."""
    AMPLICON = "amplicon"
    """Fragments from primer to primer: all of an amplicon share their ends."""
    RNA = "rna"
    """Fragments of transcripts, without introns."""
    LONG = "long"
    """Single reads of whole molecules or long amplicons (Nanopore, PacBio)."""

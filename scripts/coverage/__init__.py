"""Depth of the exons, and an answer for every hotspot codon."""

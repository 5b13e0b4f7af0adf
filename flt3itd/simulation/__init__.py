"""Simulated samples: haplotypes with known events, cut into fragments and read."""

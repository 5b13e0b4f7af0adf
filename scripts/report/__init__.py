"""The report of a sample, for machines and for people."""

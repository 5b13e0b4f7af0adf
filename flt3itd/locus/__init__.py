"""The FLT3 locus: its sequence, its transcript, and the names of changes in it."""

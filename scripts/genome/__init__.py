"""Genome, gene models and targets of a run, and what is known of the panel beforehand."""

"""HGVS names and consequences of changes on any transcript."""

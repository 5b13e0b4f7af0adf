"""Molecules from reads: UMIs, the families that share one, and the consensus of each."""

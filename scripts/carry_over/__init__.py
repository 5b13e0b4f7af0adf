"""Molecules of one patient among the reads of another, when both were sequenced together."""

"""The engine: insertions and deletions proposed by reads, compared, counted and estimated."""

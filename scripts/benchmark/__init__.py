"""Accuracy and speed on simulated samples: `make bench`, `bench-panel` and `bench-kinase`."""

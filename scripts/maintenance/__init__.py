"""Keeping the project: set-up, published schemas, known weaknesses of dependencies."""

"""Long measurements of the whole workflow: what `make soak` runs."""

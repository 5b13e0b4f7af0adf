"""What the depth of a sample allows to say of each question: `coverage.tsv` to `kmt2a_ptd.tsv`."""

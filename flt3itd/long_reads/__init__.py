"""Single long reads (Nanopore, PacBio): from whole reads to counted alleles and limits."""

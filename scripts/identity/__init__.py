"""Is it the right tube? Genotypes at common SNPs: who is who, and what is mixed in."""

"""FLT3 kinase domain mutations: codons and short changes against the errors of the reads."""

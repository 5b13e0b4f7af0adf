"""What the rules run: plain functions between Snakemake and the package."""

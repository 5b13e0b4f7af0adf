"""FLT3 internal tandem duplications and kinase domain mutations from sequencing reads."""

__version__ = "0.2.0"

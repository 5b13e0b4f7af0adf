"""The sub-commands of ``flt3itd``."""

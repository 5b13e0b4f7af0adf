"""Tandem duplications of UBTF, from the long events of the panel."""

"""In vitro drug response of a patient's blasts: plates, curves, sensitivity and synergy."""

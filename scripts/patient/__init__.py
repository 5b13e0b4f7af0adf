"""The samples of a patient over time."""

"""Building and checking the data in panels/, and cutting the slices of the reference."""

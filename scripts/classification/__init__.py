"""Published classes of a sample by its genes: rules are data, answers have three states."""

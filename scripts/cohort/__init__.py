"""All samples and patients together."""

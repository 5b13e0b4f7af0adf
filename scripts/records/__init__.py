"""Records in JSON files: written, read and described by their dataclasses."""

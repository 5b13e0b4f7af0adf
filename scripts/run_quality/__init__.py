"""Quality of a run: the measures of its samples side by side, against each other and limits."""

"""What every part of the package uses: errors, tables, statistics, files that appear whole."""

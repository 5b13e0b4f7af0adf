"""What the user gives, read and checked: configuration, sheets, genome, targets, reads."""

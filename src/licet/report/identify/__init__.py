"""What a rule came to: on the screen, as data. Counts only; never who."""

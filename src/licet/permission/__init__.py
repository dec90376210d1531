"""Permission: each person's own recorded yes or no, and what follows from it."""

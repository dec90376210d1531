"""The quality of evidence as screen, page and data."""

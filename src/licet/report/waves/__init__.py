"""Evidence over waves as screen, page and data."""

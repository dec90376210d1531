"""Comparisons and batteries as screen, page and data."""

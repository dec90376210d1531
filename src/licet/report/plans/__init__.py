"""Plans of surveys as screen, page and data."""

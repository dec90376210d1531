"""Tables of shares as text, page and data."""

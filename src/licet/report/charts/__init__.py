"""Charts: drawn as SVG by templates, each with a table that says the same."""

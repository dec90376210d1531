"""Reports on an assessment: an HTML page, JSON and CSV data, a Word annex, and their wording."""

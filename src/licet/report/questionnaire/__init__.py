"""A questionnaire to read: page and Word document."""

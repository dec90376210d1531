"""Error and flag rates by group, and how far groups lie apart."""

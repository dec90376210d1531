"""A linkage run in plain words: as a page with charts, and on the screen."""

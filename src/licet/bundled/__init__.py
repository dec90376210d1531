"""Data files that come with Licet: an example workspace and synthetic answers."""

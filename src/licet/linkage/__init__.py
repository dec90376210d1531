"""Linkage: scored pairs to people and households, without an engine."""

"""Engines: what compares rows. Only this room imports DuckDB, Splink and Spark."""

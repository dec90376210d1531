"""Feeds: what a dated extract of one service holds, and its rows in one standard form."""

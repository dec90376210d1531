"""Feeds: what a dated extract of one service holds, and its rows in one standard form.

``contract`` says what a feed declares, ``breaks`` what a table does not keep of it, ``standard``
makes the standard rows, ``profile`` counts what the data are like. Nothing here reads a file.
"""

"""The register's own data: one entry for each use, and what machines, pages and files make of it.

Pure. An entry is made from what was ruled (already under disclosure control), every published version and
the leaves of the log; pages, JSON, CSV, JSON-LD and the central record all read it, and nothing else.
"""

"""The register as people use it in a browser: pages, forms, accounts. A door: it calls ``flow`` only.

Django serves; only ``accounts`` and ``limits`` touch its tables, and only for signing in.
"""

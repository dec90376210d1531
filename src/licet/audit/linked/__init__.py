"""How good a linkage is, and for whom: clusters as well as edges, with truth, with labels, without.

``audit.audit_linked`` does all of it from frames. Rows and persons go in; only sums come out.
"""

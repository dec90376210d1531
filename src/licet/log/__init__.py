"""The log: an append-only Merkle tree of what was ruled, run, refused and decided."""

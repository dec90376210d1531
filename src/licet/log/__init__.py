"""The log: an append-only Merkle tree of what was ruled, run, refused and decided.

``tree`` hashes and proves, ``leaves`` says what may be written, ``checkpoint`` signs, ``export`` lays
the log out for strangers and ``verification`` checks what they got. All of it is pure. Nothing here
loads a third-party package on import: whoever doubts the log checks it with Python alone.
"""

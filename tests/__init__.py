"""The tests. Each process works with one thread: two share two processors as it is.

Threads that wait for each other over a few hundred rows take as much time again as the work. What counts
threads reads this when it is first imported, so it is said before anything is. See ``tests/sparing.py``.
"""

import os

for _name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

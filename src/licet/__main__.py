"""``python -m licet``."""

from licet.cli import main

if __name__ == "__main__":
    main()

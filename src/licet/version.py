"""Which version of Licet this is. The same number stands in ``pyproject.toml``."""

__version__ = "0.1.0"

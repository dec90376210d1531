"""The gates: what is asked of a forecast, and how it is answered."""

"""Made-up data with known truth. Nobody answered it; it is never evidence."""

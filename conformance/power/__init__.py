"""The power of the suite as measured figures: what it detects, and what it leaves in peace."""

"""Two reports, an old and a new one: what flipped, what grew, what appeared or is gone, and whether it got worse."""

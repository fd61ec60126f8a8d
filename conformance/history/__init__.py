"""Reports of the same targets over time: what each came to, and how that went."""

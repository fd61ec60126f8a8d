"""Networks of real size: one training step with proven bounds, and how far right programs may be from it."""

"""How gradspec, a clause of the specification, or a report is cited, so that a reader can check it."""

"""Everything that a report is rendered to."""

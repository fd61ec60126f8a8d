"""Pictures of errors: how they are spread in a report, where on the real line they are, and where in a matrix."""

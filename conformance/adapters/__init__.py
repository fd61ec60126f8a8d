"""The door to implementations: built-in targets, adapters to frameworks, Python objects and processes."""

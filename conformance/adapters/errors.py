"""Faults that belong to the target, not to gradspec and not to whoever runs it."""


class TargetError(Exception):
    """A target that cannot be loaded, or that declares something that does not exist."""

"""An adapter."""

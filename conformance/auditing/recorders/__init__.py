"""Recorders: a bundle from the objects of a framework, which none of them imports."""

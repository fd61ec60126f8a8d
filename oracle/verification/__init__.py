"""How the oracle itself is verified; :func:`gradspec.oracle.verify.verify` runs it."""

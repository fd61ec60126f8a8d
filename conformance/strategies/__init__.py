"""Strategies: what is drawn, labelled with its hazards, and never judged here."""

"""Commands of ``gradspec`` that have a module of their own."""

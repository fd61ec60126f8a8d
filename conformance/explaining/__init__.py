"""What is known beside the text of a clause: what goes wrong where it is broken, and who breaks it."""

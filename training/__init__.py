"""How the small models of the program are made; nothing of this is needed to run it."""

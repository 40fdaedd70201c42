"""Hand-made tables: closed vocabularies with a German and an English label for every code."""

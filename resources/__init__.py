"""Catalogues, translations, migrations and sample data that travel with the program."""

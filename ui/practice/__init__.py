"""A whole outage played in the real window at walking pace, with captions."""

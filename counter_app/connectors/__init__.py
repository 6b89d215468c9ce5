"""The ways of reaching a central system, all behind one port."""

"""Opens the workstation's databases: the only package that speaks to SQLite's driver."""

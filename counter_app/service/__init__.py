"""One handler per command behind the one writing thread, and the queries that read."""

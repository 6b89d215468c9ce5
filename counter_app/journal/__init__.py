"""The append-only, hash-chained journal: entries, their canonical bytes, their chain and their store."""

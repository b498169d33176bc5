"""Commands of the server: serve, records, quick start."""

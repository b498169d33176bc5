"""The one database of a served bot (records, jobs, decisions): SQLite in a file, or PostgreSQL."""

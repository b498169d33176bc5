"""A fair, seeded sample of what the patterns say, without duplicates."""

"""A fair, seeded sample of what the patterns stand for, without duplicates."""

"""Sections of the report, one a file: each takes a `View`, and gives None where it has nothing to say."""

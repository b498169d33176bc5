"""Labelled utterances: in memory, in files, aligned with tokens, and imported from other formats."""

"""Copies of utterances as people type them, and utterances out of scope."""

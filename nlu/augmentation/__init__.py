"""Copies of utterances as people type them, and utterances that no pattern says."""

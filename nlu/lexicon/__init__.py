"""The author's dictionary: its files, and its values in memory."""

"""Text to what it means, without torch."""

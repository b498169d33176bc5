"""What the bot says."""

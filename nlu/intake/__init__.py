"""Real data in: read from where companies keep it, cleaned step by step, kept as versioned sets."""

"""What all routes share: errors, keys, logs, limits, the description."""

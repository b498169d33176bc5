"""The machine that adjusts itself: when to train again, by policy, and when to take a version back."""

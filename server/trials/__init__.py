"""Candidates beside the served version: a canary answers some users, a shadow answers unseen."""

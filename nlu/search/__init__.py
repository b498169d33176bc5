"""Hyper-parameter search: a space of settings, trials that many processes share, and the best settings in a file."""

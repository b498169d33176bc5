"""Smaller models on request: filters left out, several networks taught to one, numbers as bytes."""

#!/usr/bin/env python3
"""Search for better settings."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.tune"))

#!/usr/bin/env python3
"""Check the patterns and the dictionary."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.validate"))

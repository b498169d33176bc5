#!/usr/bin/env python3
"""Take jobs of the table and run them, one after the other."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.worker"))

#!/usr/bin/env python3
"""Make a smaller model of a version."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.compress"))

#!/usr/bin/env python3
"""Expand the patterns and the dictionary into a data set."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.generate"))

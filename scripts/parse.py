#!/usr/bin/env python3
"""Parse utterances from the command line."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.parse"))

#!/usr/bin/env python3
"""Read real utterances in, clean them, and keep them as a versioned set."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.intake"))

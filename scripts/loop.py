#!/usr/bin/env python3
"""The loop that trains again by policy and watches what it has promoted: show, explain, turn it."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.loop"))

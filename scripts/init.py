#!/usr/bin/env python3
"""Make a bot in a folder of its own."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.init"))

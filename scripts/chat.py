#!/usr/bin/env python3
"""Talk with the bot in the terminal."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.chat"))

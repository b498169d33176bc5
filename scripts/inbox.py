#!/usr/bin/env python3
"""Work through what a bot did not understand: groups, proposals, decisions, labels."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.inbox"))

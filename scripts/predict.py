#!/usr/bin/env python3
"""Answer every row of a table."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.predict"))

#!/usr/bin/env python3
"""Make, list and take back the keys of authors."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.keys"))

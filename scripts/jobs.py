#!/usr/bin/env python3
"""Put long work into the table of jobs; look at it, follow it, cancel it."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.jobs"))

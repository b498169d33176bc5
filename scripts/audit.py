#!/usr/bin/env python3
"""Show who did what to data, dictionary, models and policy, and whether a row was altered."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.audit"))

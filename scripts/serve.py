#!/usr/bin/env python3
"""Answer utterances over HTTP."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("server.commands.serve"))

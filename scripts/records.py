#!/usr/bin/env python3
"""Work with what was recorded: export corrected utterances, delete old records, make the tables, count."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("server.commands.journal"))

#!/usr/bin/env python3
"""Work with what was recorded: export corrected utterances, delete old records, make the tables, count."""

from nlu.commands.records import main

if __name__ == "__main__":
    raise SystemExit(main())

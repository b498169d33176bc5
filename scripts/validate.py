#!/usr/bin/env python3
"""Check the patterns and the dictionary."""

from nlu.commands.validate import main

if __name__ == "__main__":
    raise SystemExit(main())

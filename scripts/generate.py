#!/usr/bin/env python3
"""Expand the patterns and the dictionary into a data set."""

from nlu.commands.generate import main

if __name__ == "__main__":
    raise SystemExit(main())

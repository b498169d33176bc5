#!/usr/bin/env python3
"""Parse utterances from the command line."""

from nlu.commands.parse import main

if __name__ == "__main__":
    raise SystemExit(main())

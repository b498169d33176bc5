#!/usr/bin/env python3
"""Answer utterances over HTTP."""

from nlu.commands.serve import main

if __name__ == "__main__":
    raise SystemExit(main())

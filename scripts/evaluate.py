#!/usr/bin/env python3
"""Measure the active model on labelled utterances."""

from nlu.commands.evaluate import main

if __name__ == "__main__":
    raise SystemExit(main())

#!/usr/bin/env python3
"""Measure the active model on labelled utterances."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.evaluate"))

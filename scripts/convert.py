#!/usr/bin/env python3
"""Turn labelled utterances of one format into another."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.convert"))

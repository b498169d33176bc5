#!/usr/bin/env python3
"""Train on the data set, measure, publish and activate."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.train"))

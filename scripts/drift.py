#!/usr/bin/env python3
"""Tell whether people still say what the model was made for."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.drift"))

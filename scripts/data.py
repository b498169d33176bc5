#!/usr/bin/env python3
"""List, compare and put back what the author's files were when data was made of them."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.data"))

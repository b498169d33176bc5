#!/usr/bin/env python3
"""Tell the stories that an author wrote down again."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.stories"))

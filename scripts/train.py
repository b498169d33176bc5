#!/usr/bin/env python3
"""Train on the data set, measure, publish and activate."""

from nlu.commands.train import main

if __name__ == "__main__":
    raise SystemExit(main())

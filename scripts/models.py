#!/usr/bin/env python3
"""Manage the versions of a model: list, activate, roll back."""

from environment import run

if __name__ == "__main__":
    raise SystemExit(run("nlu.commands.models"))

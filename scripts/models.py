#!/usr/bin/env python3
"""Manage the versions of a model: list, activate, roll back."""

from nlu.commands.models import main

if __name__ == "__main__":
    raise SystemExit(main())

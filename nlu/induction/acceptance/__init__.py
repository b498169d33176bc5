"""Acceptance: a proposal into the author's files, shown before it is written, and out again."""

from nlu.induction.acceptance.accept import accept, accepted_numbers, plan, plan_undo, undo
from nlu.induction.acceptance.changes import Change, FileChange

__all__ = ["Change", "FileChange", "accept", "accepted_numbers", "plan", "plan_undo", "undo"]

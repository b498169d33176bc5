"""Induction: from utterances that were not understood to the lines and dictionary rows that would say them."""

from nlu.induction.language import BotLanguage
from nlu.induction.proposal import DictionaryRow, Proposal, Stolen
from nlu.induction.propose import propose

__all__ = ["BotLanguage", "DictionaryRow", "Proposal", "Stolen", "propose"]

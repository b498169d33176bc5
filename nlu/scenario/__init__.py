"""Conversations: what an intent needs to know, what is asked for, and where a talk stands."""

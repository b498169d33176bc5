"""Turns of users' talks: taken one after the other, kept, told to webhooks."""

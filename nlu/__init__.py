"""Korean natural-language understanding: patterns in, intents and entities out."""

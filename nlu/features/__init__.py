"""Text to arrays: units, ids, vocabularies, word vectors, restored spaces."""

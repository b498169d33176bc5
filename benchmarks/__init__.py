"""What produced the numbers in the README: our models and their floors on folders of labelled utterances."""

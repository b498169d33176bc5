"""The stages of making a model, each from values to values."""

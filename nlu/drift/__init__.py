"""Whether people still say what the model was made for: a sketch of a reference, tests against it, and what moved.

`sketch` is what a bundle keeps of utterances that were held out; `signals` test a window of recorded utterances against
it, each with a null of its own; `check` puts them together, corrected for their number; `passing` does so for the
records in the database. Nothing here runs while an utterance is answered.
"""

"""A person's rights: give all that is kept of what they said, and forget it, in the database and in what came of it.

`said` gathers it, `rows` takes it out of the database, `derived` out of imported sets, data sets, exports and
snapshots, `redaction` out of reports and logs; `forget` does all of it and tells what is left to an author's hands.
"""

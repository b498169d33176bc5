"""What people said and how it was understood: masked, kept for a while, corrected by feedback, exported for training.

`writer` takes records from a queue in a thread of its own and writes them through `store`, the one file that knows the
database. `tables` is the schema, `migrations` its history. Nothing here needs HTTP: jobs read the same store.
"""

"""What people said and how it was understood: masked, kept for a while, corrected by feedback, exported for training.

`recorder` is what the routes call: it only fills a queue. `writer` empties that queue in a thread of its own, through
`store`, the one file that knows the database. `tables` is the schema, `migrations` its history.
"""

"""Keys of authors: each bears a name and a role, is shown once, and is kept as a hash.

`roles` says who may do what; `store` keeps the keys in the database; `cache` knows them without asking it each time.
"""

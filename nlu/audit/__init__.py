"""Who did what: a row for every change of data, dictionary, model and policy, chained so that none is altered unseen.

`chain` is the arithmetic of the chain, `store` its rows in the database, `actor` who does a change. No row holds what
people said.
"""

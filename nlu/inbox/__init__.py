"""What a served bot did not understand, hardly understood, or was complained of: gathered, grouped by meaning, decided.

`collecting` chooses what belongs here, `representation` says how it is compared, `clustering` and `grouping` put it
together, `naming` and `ordering` say how it is shown; `store` keeps what was decided.
"""

"""
Who is here: one human being, one account, for good.

Five words: an *account* is a person, *terms* were accepted, a *link* proves a mailbox, a *recheck* proves it is still
them, a *tombstone* is what is left. Locks: the account row.
"""

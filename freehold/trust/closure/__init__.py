"""
Leaving for good: settling what is open, a grace period, erasure with proof.

Five words: a *closure* is one way out, a *matter* is something still open, a *step* destroys one kind of data, an
*item* is what a law keeps and until when, a *receipt* says so, signed. This app knows no other one: it reads what each
declared in ``kit.privacy``. Locks: closure, then steps and items, then the account (request: the account alone).
"""

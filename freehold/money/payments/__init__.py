"""
How money comes in: cards, charges, and the way back.

Five words: a *method* is a card we may charge, a *charge* brings money from it to named ledger accounts, its
*allocations* say which, a *refund* sends money back to the cards it came from, a *notice* is what a provider told us,
kept raw. Locks: refund, charge (several in primary-key
order), method.
"""

"""
What a proposal costs: units that are granted, spent and given back, never money.

Five words: a *pool* belongs to a freelancer side, a *lot* is what came in at once and when it lapses, an *entry*
changes a lot, *demand* is how sought-after a kind of work is, a *price* is the cost of a proposal with its
arithmetic. Locks: pool, then lots.
"""

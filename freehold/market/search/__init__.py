"""
Finding work: one row per open post, written in the same transaction as the post itself.

Four words: a *row* is what search knows of a post, a *facet* counts what a filter would leave, a *hit* is a card on the
page, a *way out* is the filter whose removal helps most when nothing was found.
"""

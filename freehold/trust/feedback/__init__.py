"""
What both sides say about finished work, at the same moment and for good.

Five words: a *review* is one side's six stars and words, it is *sealed* until both are there or the window ends, then
*published*; a *reply* is the other side's last word; a *private answer* never becomes public. Locks: a contract's
reviews in the order of their keys.
"""

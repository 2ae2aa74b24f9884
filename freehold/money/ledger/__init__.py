"""
The books: who owes whom, to the unit, for ever.

Five words: an *account* has a name, a currency and a balance; a *leg* moves an amount from a giver to a taker; an
*entry* is a set of legs with a key that happens once; a *tail* is what a busy account moved since it was last counted;
a *law* is a question to the books whose answer is the rows that break it. Balance = taken − given.

Locks: the entry's key, then accounts by ascending id; always after the caller's own rows.
"""

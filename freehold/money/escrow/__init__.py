"""
Money set aside, and what became of it.

Five words: a *hold* keeps an amount for one subject and with it the client's fee in *advance*; a hold that *collects*
(a contract's carry) takes what others leave over; an *earning* is what a release paid, pending until its security
period ends. Who may release a hold is the business of the app whose subject it is.

Locks: holds by ascending id, then earnings, then the books.
"""

"""
How money goes out, and the wallet it leaves from.

Five words: a *method* is where money can go, its *rail* is how, a *payout* carries one amount there, its *number* is
what people say aloud, a *wallet* shows what is somebody's. Locks: method, then payout.
"""

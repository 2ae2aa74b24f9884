"""
Offers: a company puts terms and money on the table, a worker says yes or no.

Five words: a *draft* is not sent, *funding* waits for the first milestone's money, *sent* waits for the worker, a
*version* is what the worker read, *accepted* made a contract. Locks: offer, then whatever stands below.
"""

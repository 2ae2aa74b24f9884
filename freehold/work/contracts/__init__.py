"""
Contracts: an agreement, what was done under it, and who may move the money set aside for it.

Five words: a *milestone* is a piece of work with a price, *funded* means its money is held, a *submission* is work
handed in, *carry* is held money no milestone claims, a *refund request* asks for held money back. Locks: contract, then
milestone, then refund request; holds and charges after that, further down the house.
"""

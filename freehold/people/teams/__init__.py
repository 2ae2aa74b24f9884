"""
Who acts for whom: parties, teams and memberships.

Five words: a *party* is either side of a contract (a person, a company, an agency), a *team* belongs to a company, a
*membership* gives an account roles in a party, a *permission* is what roles add up to, a *face* is what others see of a
party. Locks: party, then membership.
"""

"""
What the market costs, and who pays it.

Five words: *terms* are the fees a contract was agreed under and keeps for good; the *service fee* comes out of what the
freelancer is paid; the *client's fee* comes on top and is taken in advance with the money set aside; the *contract fee*
is due once; a *quote* shows all of them for one amount. No tables: terms are copied into what they belong to.
"""

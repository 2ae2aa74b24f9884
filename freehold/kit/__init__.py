"""
The words every chapter shares; kit knows no business.

Five words: an *action* writes, an *actor* acts, a *fact* tells, a *lifecycle* permits, a *refusal* answers no.
"""

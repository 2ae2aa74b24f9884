"""
Notices: what the apps above have to say, brought to people in their language.

Five words: a *notice* (written beside its feature), a *notification* (its row in somebody's list), a *letter* (mail
waiting to leave), a *mail* (kept by the development mailbox), the *carrier* (who brings one to the other).
Locks: one letter, or one account's notifications.
"""

"""
Profiles: a freelancer's shop window.

Five words: a *profile*, its *handle* (its address), a *portfolio piece*, its *completeness*, its *visibility*.
Locks: the profile's row first, then what belongs to it.
"""

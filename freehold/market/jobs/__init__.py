"""
Job posts: what a company needs done, from draft to closed.

Five words: a *post* is one need of a company, its *brief* is what it says, a *version* is a brief as it once stood, a
*question* is asked of every applicant, the *idle clock* closes a post nobody tends. Locks: post only.
"""

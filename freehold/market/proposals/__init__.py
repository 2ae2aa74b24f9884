"""
Proposals: what a freelancer offers to do for a post, and what becomes of it.

Five words: a *proposal* is one worker side's application to one post, its *terms* are amount and milestones, *answers*
belong to the post's questions, *marks* are the client's own notes nobody else sees, a *price* is what a proposal on a
post costs and why. Locks: proposal, then (calling down) its post, then the worker's credits.
"""

"""
Files people hand over: what came in, what it really is, and who may have it.

Five words: a *stored file*, its *purpose*, an *attachment* to a subject of some app above, its *thumb*, its *sweep*.
A subject is a pair (kind, id); the app that owns the kind says who may read (:func:`policies.readable`).
Locks: files in primary-key order, then attachments.
"""

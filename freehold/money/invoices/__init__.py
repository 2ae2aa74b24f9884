"""
The papers of money: invoices, fee invoices, credit notes.

Five words: a *document* says what was paid for and never changes, its *series* numbers it without gaps, its *issuer*
and *receiver* are kept as they were that day, a *credit note* corrects what cannot be edited, a *line* is rounded once.
Locks: series, then document.
"""

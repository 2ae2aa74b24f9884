"""
What work is called: categories, subcategories and a curated vocabulary of skills.

Five words: a *category*, a *subcategory*, a *skill*, its *synonyms*, the *key* two spellings are compared by.
The seed lies in ``data/`` as text: ``#`` category, ``##`` subcategory, then skills separated by semicolons, each with
its synonyms after an equals sign; a line that begins with ``+`` names skills described elsewhere.
"""

"""How French is read as people write and type it: words, their stems, what resembles them.

It knows no model and no database: the index and what is searched go through it alike.
"""

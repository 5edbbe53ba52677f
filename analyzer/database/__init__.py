"""The database that migrations build, found by replaying their statements as PostgreSQL would, without running any.

Everything is an immutable value (`model`), held by oid in the dictionaries of one `State`. Every change of a dictionary
goes through `State.put` and `State.remove`, which note the old value in a journal; a savepoint, an exception handler
of PL/pgSQL, a failed statement and the end of a file are positions in that journal, and going back is undoing it.
So a statement costs what it changes, however large the database is. Objects refer to each other by oid, and stored
expressions keep what each of their names meant (`stored`), so that a rename shows everywhere at once.
"""

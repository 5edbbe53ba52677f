"""What the code asks of the Data API, in the words of PostgREST, against what the migrations build.

select.parse(text)        the tree of a `select` parameter: columns, JSON paths, embedded relations
filters.columns(text)     the columns that an `or=(...)` names
generated.generated(...)  the tables, columns and functions that generated types (`Database`) say there are
schema.catalogue(project) what is known of the hosted schema: the replayed database, with the generated types beside it
relationships             which relations can be embedded in which, and by what name
uses.uses(project)        each query of the code with the relation, the columns and the embedded relations it names
"""

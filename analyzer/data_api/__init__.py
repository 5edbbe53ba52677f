"""What the code asks of the Data API, in the words of PostgREST, against what the migrations build.

select.parse(text)              the tree of a `select` parameter: columns, JSON paths, embedded relations
filters.named(text)             the column of `eq("relation.column", ...)`
filters.alternatives(text)      the columns that an `or=(...)` names
generated.generated(module)     the tables, columns and functions that generated types (`Database`) describe
schema.schema_of(project)       whether the hosted schema has a relation, column, function or key, or may have it
relationships.between(...)      the relationships that an embedded relation may mean
uses.uses(project)              each query of the code with the relation, columns and embedded relations it names
values.refusal(...)             why a column does not take a value: its enum, or a CHECK
"""

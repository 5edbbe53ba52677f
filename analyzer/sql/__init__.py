"""SQL text to typed statements: PostgreSQL's grammar and PL/pgSQL, each node with its exact place."""

"""A real PostgreSQL as the judge of what migrations build."""

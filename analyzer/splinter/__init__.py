"""Splinter, Supabase's linter of live databases, as it would judge the database that the migrations build.

https://github.com/supabase/splinter, at 55db5b1 (27 April 2026). Left out are what needs the statistics of a running
database (0005_unused_index, 0020_table_bloat), what needs the versions that a server offers (0022), and what Splinter
itself only documents (0012).
"""

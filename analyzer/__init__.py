"""supalint: static analysis for Supabase projects."""

"""What documents say of the values that `supalint.toml` expects."""

"""Configuration files -> facts."""

"""Keys, tokens and passwords in any text."""

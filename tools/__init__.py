"""What the repository's own upkeep needs; not part of the package."""

"""The language server: findings in an editor while the project is being written."""

"""Billy."""

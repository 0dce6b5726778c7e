"""The pages, and the address where shops deliver."""

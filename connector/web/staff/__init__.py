"""The pages of our own support."""

"""Tools without domain words or models."""

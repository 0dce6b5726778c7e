"""Connector: what happens in a webshop, put in the books exactly once."""

"""Stands for the product."""

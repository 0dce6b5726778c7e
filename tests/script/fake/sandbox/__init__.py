"""Stands for the stand-ins."""

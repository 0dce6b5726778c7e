"""Dinero (Visma)."""

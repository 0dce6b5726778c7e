"""Translations without gettext's tools: what is marked in code and templates, and the catalogues made of fragments."""

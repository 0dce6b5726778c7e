"""Shoporama (shoporama.dk). The sections named in this folder are those of the project's fact sheet on it."""

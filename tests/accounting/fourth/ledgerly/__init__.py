"""Ledgerly: https://ledgerly.example/docs (invented)."""

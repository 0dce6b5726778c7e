"""Fejlsøgning: the guides' questions about orders and booking, each answered now."""

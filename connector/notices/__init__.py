"""Telling people what they must know: what is worth a mail, who reads it, and sending it once."""

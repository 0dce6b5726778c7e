"""The engine: what must happen once, is made to happen once."""

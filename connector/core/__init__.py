"""Everything that can be decided without I/O: standard library only, no clock, no randomness, no Django."""

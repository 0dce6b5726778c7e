"""Local stand-ins for the outside systems: real HTTP, own process, state in memory; imports nothing of the product."""

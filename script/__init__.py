"""What starts, tests and torments the project; runs its processes and talks HTTP, and imports nothing of it."""

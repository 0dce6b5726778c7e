"""Setting up: choosing the systems, connecting both sides, and the settings of the books."""

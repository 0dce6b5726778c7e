"""Our own support: what it finds across businesses, whom it writes to, and what it has looked at."""

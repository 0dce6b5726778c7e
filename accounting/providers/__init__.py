"""One folder per accounting system; they do not know each other."""

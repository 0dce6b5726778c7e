"""The accounting side: connections, and one folder per provider."""

"""The webshop side: shops, and one folder per platform."""

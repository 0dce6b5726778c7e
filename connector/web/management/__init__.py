"""Commands of the product for its scripts."""

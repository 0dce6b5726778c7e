"""Help: articles, a page per reason, what is transferred, and the ways to reach a person. Also for the signed out."""

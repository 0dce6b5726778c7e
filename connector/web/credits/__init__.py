"""The pages about a shop's credit notes: make one, see what became of it, say that its money went back."""

"""People: who belongs to a business, joining one, and all of a person's businesses on one page."""

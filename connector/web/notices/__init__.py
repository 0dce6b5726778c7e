"""The texts of the mails, and the pages on which a person chooses them."""

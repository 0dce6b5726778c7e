"""Who may see what: users, businesses, and the one door to a business's rows."""

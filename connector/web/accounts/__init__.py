"""People's own accounts: sign-up, sign-in, password, two-step sign-in, and what each has chosen for the pages."""

"""What all pages share: sign-in, menu, errors, and the words for states, reasons, money and time."""

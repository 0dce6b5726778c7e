"""The real screens in a real browser: the whole product runs against the sandbox, and Chromium walks through it."""

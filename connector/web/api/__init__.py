"""Reading a shop's orders and its health by program, in the owner's own session."""

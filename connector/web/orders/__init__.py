"""The pages about orders: overview, list, one order, what needs you, log."""

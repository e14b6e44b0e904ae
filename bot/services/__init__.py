"""Services: what the named actions of flows do."""

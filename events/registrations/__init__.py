"""Who comes: places and their waiting list, invitations, what is due, forms, certificates."""

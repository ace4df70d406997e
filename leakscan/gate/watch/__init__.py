"""An outbound folder: each file that comes to lie in it is decided, then moved on. Import from its modules."""

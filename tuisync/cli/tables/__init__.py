"""The readable form of each object: a table for many, a card for one."""

"""Syncing: pulling items and orders, pushing stock and shipments, and when."""

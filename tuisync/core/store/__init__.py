"""The store: one port, its collections, and the engines behind it."""

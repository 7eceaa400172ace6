"""Read models: what screens and the command line show, computed from the store."""

"""The commands, a module per family; each is imported when it is used, never before."""

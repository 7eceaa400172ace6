"""The pieces screens are made of. They draw values and know nothing of shops."""

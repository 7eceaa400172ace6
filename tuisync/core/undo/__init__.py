"""Taking a sync back: what is remembered of it, what stands in the way, and doing it."""

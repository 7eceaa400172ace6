"""Which item stands behind which listing variant."""

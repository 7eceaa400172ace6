"""From remote orders to sales orders: contacts, lines, states, stock effects."""

"""What the user sees and does. Screens draw the store's state and send requests to it."""

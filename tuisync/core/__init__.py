"""The engine room: models, store, plug-in host, stock, orders, sync. It knows no screen."""

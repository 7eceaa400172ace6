"""Etsy's paths, shapes and error texts around the domain, and the control interface."""

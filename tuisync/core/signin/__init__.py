"""Reaching the seller's browser for a sign-in: a loopback listener, and pasting for SSH."""

from tuisync.core.signin.listener import free_port
from tuisync.core.signin.paste import stdin_lines
from tuisync.core.signin.prompt import LoopbackPrompt

__all__ = ["LoopbackPrompt", "free_port", "stdin_lines"]

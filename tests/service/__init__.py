"""The server under all that may be asked of it, and much of it at once."""

"""The server as a process of an operator."""

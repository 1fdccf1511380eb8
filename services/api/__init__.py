"""The HTTP process: parse, hand over one command or query, render."""

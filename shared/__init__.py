"""What both processes stand on: use cases, their adapters, and where they are tied together."""

"""Rows to domain values and back, one module per noun; SQL in plain sight, no object mapping."""

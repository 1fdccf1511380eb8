"""Entry points: one sub-package per process."""

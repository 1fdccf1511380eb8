"""`xunxian`, the command line: one module per noun, loaded only when asked for."""

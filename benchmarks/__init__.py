"""How fast the product is, each time against a named limit or peer, side by side in one run. See README.md."""

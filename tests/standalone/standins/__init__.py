"""Small processes that stand where the product's stand in a plan, and a `./run` over them."""

"""The promises of the product, each walked in a real browser on a phone's screen."""

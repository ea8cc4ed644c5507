"""What the models promise of themselves, without a page before them."""

"""Photos (later sound and paper): taking in, and the store of sealed files."""

"""What people send: every kind comes in clean, and what is hostile hurts nobody."""

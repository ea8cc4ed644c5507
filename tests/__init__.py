"""The tests: the cast, the places they act in, and the promises they show."""

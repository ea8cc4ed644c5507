"""The rules of the house: each module is one rule, for the tests and for script/check."""

"""Who may do what: docs/access.md against the cast, lists that leak nothing, readings noted."""

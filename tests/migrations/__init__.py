"""The histories of both databases: up, down, with data, and interrupted."""

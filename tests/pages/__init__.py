"""What each page shows and takes, one word of the domain per file."""

"""What must be lost by nobody: a killed server, a full disk, clients that send half."""

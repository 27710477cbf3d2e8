"""What admins see of scorers: how good they are, what a publish would change, comparisons."""

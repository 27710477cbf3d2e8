"""The law in force: stored rules, the gate that follows them, and the pictures they restrict."""

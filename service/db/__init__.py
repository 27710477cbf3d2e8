"""Everything that speaks SQL: one noun a file, one statement a function."""

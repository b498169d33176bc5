"""What is wrong, or looks wrong, in an author's files."""

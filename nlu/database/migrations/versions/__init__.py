"""The steps of the schema, one a file, each naming the one before."""

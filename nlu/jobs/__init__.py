"""Jobs: work that takes long, as rows of a table that any number of processes take up, each exactly one at a time."""

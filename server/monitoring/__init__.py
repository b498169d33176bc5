"""Whether people still say what the model was made for, as the server shows it: a pass beside it, a page, numbers."""

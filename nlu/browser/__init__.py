"""A trained model as a static folder that answers in a web browser, without a server."""

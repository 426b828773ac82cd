"""Documents and data of the demonstration office."""

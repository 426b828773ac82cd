"""The product beside the least that the machine could do for the same effect; see `README.md`."""

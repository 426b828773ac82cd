"""The product beside the least that the machine could do for the same effect. `README.md` says how to read it."""

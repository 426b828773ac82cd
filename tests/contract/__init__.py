"""What was promised to integrators, and whether the present contract keeps it."""

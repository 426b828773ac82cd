"""Pages of administration: for whoever administers the register, or the installation."""

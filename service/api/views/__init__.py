"""What goes out: no defaults, one function a view, filled from rows inside the block."""

"""The life of duties, played against a small reference on both databases at once; see README.md."""

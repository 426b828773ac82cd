"""Pictures of the pages for the README, taken of the office that the demo leaves."""

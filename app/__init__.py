"""Everything between the window and the disk."""

VERSION = "0.1.0"

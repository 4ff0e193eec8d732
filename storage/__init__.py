"""What lies on the disk: records, the encrypted catalog, objects, search. Knows nothing of the parts above it."""

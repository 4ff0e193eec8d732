"""Numbers and dates that a pen wrote into a printed form: found, read, and judged by their neighbours."""

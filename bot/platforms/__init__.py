"""Chat platforms: what each needs is in a package of its own, which ones there are in `table`."""

"""Pages of the trail reader: what was done, whether it holds, anchors, export. They show no business data."""

"""问题: the page of one finding."""

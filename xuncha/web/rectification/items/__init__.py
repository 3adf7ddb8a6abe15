"""整改事项: the list of what has to be put right, and the page of one item."""

"""销号: what waits to be applied for, verified and closed, and the steps that are taken."""

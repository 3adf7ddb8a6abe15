"""Pages of plans: the list of a round, a unit's plan with its three lists, and the forms of its parts."""

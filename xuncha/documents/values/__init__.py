"""Values as Chinese papers write them: numbering, dates, sums of money."""

"""Pages of retention: what is due, rules, holds, destructions with their three words, certificates."""

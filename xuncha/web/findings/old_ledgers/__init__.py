"""旧台账: columns, preview and entry of an old ledger."""

"""The store: ledger, log and runs in a database. Values in, values out."""

"""Accounting: activities × coefficients → ledger. Nothing else in the plugin computes carbon."""

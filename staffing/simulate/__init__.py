"""The judge: any plan simulated contact by contact, without a formula of the rest of `staffing`."""

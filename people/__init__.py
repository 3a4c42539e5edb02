"""Partners and other organisations, staff who sign in, what each role may do, the audit trail."""

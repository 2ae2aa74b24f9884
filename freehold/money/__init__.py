"""What is owed and paid: the ledger, fees, protected funds, charges, payouts and invoices."""

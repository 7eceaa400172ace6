"""What users do: each action is one transaction, the same for every face."""

"""What they do: contracts and the offers they begin with."""

"""Who is here: accounts, and the parties and teams they act for."""

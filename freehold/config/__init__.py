"""
How the house is put together: settings, addresses, processes and the command line.

Five words: a *mode* says what kind of installation this is, the *data folder* holds everything it owns,
the *launcher* finds or starts PostgreSQL, the *supervisor* keeps the processes running, the *command
line* is where one begins.
"""

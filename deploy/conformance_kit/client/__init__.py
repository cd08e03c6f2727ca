"""The client's side: the kit is the server, and a client is looked at."""

"""The server's side: the kit is the client, and a deployment is looked at."""

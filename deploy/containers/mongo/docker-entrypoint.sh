#!/bin/sh
# Stands in for the program of MongoDB's image: gives up root, as that one does.
chown -R mongodb:mongodb /data/db
exec setpriv --reuid mongodb --regid mongodb --clear-groups "$@"

#!/bin/sh
# Written by pgha. keepalived calls it with: INSTANCE|GROUP name state priority.
logger -t keepalived-notify "pg_02 became $3 for 198.18.1.100 ($1 $2, priority $4)"
exec /usr/libexec/keepalived/alert.sh "pg_02 became $3 for 198.18.1.100" "$3"

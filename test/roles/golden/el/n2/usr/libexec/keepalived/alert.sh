#!/bin/sh
# Written by pgha. alert.sh TEXT [STATE] sends a message; what cannot be sent is in the system's log.
# Tokens go to curl by its stdin: arguments can be read by everybody on the node.
text=$1 state=${2:-}

secret() { sed -n "s/^$1=//p" /etc/keepalived/alert.secrets; }

post() { # NAME and curl's options; its configuration on stdin
  name=$1; shift
  answer=$(curl --silent --show-error --fail --max-time 3 --config - --output /dev/null "$@" 2>&1) && return
  logger -t keepalived-alert "$name did not take \"$text\": $answer"
}

json=$(printf '{"text": "%s", "node": "%s", "state": "%s", "vip": "%s"}' \
  "$(printf '%s' "$text" | sed 's/[\\"]/\\&/g')" 'pg_02' "$state" '198.18.1.100')
printf 'url = "%s"\n' "$(secret webhook_secret)" |
  post 'The webhook' --header 'Content-Type: application/json' --data-binary "$json"
exit 0

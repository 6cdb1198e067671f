#!/bin/sh
# Written by pgha. Asks the HAProxy of this node over HTTP: a frozen one has a process but no answer.
curl --noproxy '*' --silent --fail --max-time 0.9 --output /dev/null http://127.0.0.1:7000/health || exit 1

# A node that hears nobody takes the address from its peers by its adverts, and no client reaches it there. It lets go of the
# address when it is not the leader, its Patroni has not seen the DCS for loop_wait + retry_timeout, and no other member answers.
answer=$(curl --noproxy '*' --silent --max-time 0.5 http://198.18.1.13:8008/patroni) || exit 0
case $answer in *'"role": "primary"'* | *'"role": "master"'*) exit 0 ;; esac
seen=${answer#*'"dcs_last_seen": '}
# An old Patroni does not tell.
[ "$seen" != "$answer" ] || exit 0
[ $(($(date +%s) - ${seen%%[!0-9]*})) -gt 8 ] || exit 0
asked=
for member in 198.18.1.11:8008 198.18.1.12:8008; do
    curl --noproxy '*' --silent --max-time 0.5 --output /dev/null "http://$member/liveness" &
    asked="$asked $!"
done
for pid in $asked; do
    wait "$pid" && exit 0
done
echo "this node reaches no other member, and its Patroni does not reach the DCS" >&2
exit 1

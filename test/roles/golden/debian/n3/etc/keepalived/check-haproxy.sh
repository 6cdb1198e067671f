#!/bin/sh
# Written by pgha. Asks the HAProxy of this node over HTTP: a frozen one has a process but no answer.
answer=$(curl --noproxy '*' --silent --max-time 0.9 --write-out '|%{http_code}|' http://127.0.0.1:7000/health http://198.18.1.13:8008/patroni)
answer=${answer#*|}
[ "${answer%%|*}" = 200 ] || exit 1

# A node that hears nobody takes the address from its peers by its adverts, and no client reaches it there. It lets go of the
# address when it is not the leader, its Patroni has not seen the DCS for loop_wait + retry_timeout, and no other member answers.
case $answer in *'"role": "primary"'* | *'"role": "master"'*) exit 0 ;; esac
seen=${answer#*'"dcs_last_seen": '}
# A Patroni that hangs does not tell, nor does an old one.
[ "$seen" != "$answer" ] || exit 0
[ $(($(date +%s) - ${seen%%[!0-9]*})) -gt 8 ] || exit 0
asked=
for member in 198.18.1.11:8008 198.18.1.12:8008; do
    curl --noproxy '*' --silent --max-time 1 --output /dev/null "http://$member/liveness" &
    asked="$asked $!"
done
for pid in $asked; do
    wait "$pid" && exit 0
done
echo "this node reaches no other member, and its Patroni does not reach the DCS" >&2
exit 1

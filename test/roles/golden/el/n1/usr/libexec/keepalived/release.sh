#!/bin/sh
# Written by pgha. systemd runs it when keepalived has ended. One that was killed has told nobody: its address is still here,
# and its peers would wait for three adverts. A second keepalived owns the address for a moment and says that it goes.
[ -n "$(ip -4 -o address show dev eth0 to 198.18.1.100)" ] || exit 0
unset NOTIFY_SOCKET
run=/run/keepalived-release
rm -f $run.pid $run-vrrp.pid

# The peers take the address by themselves two adverts from now at the earliest; after that it would only disturb them.
timeout -s KILL 2 /usr/sbin/keepalived --vrrp --dont-fork --log-console --log-detail \
    --use-file=/etc/keepalived/release.conf --pid=$run.pid --vrrp_pid=$run-vrrp.pid 2>&1 |
    while IFS= read -r line; do
        case $line in
            *" setting "*VIPs*) kill -TERM "$(cat $run.pid)" ;;
        esac
    done
exit 0

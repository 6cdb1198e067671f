#!/bin/sh
# PID 1 of a node until it hands over to systemd: gives systemd a writable cgroup tree of its own
# (version 1 or 2), and lets the lab's key in.
set -eu

if [ "${1:-}" != inside ]; then
  # In a cgroup namespace the node sees its own tree as the root and cannot reach the host's. CentOS 7's unshare
  # knows none: its node sees the host's tree, and the path of its own in it.
  if unshare --cgroup true 2>/dev/null; then exec unshare --cgroup /bin/sh "$0" inside; fi
fi

if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
  umount -l /sys/fs/cgroup
  mount -t cgroup2 -o rw,nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
else
  umount -R -l /sys/fs/cgroup 2>/dev/null || true
  mount -t tmpfs -o nosuid,nodev,noexec,mode=755 cgroup /sys/fs/cgroup
  mkdir /sys/fs/cgroup/systemd
  mount -t cgroup -o rw,nosuid,nodev,noexec,none,name=systemd cgroup /sys/fs/cgroup/systemd
fi

# The network's sysctls belong to this node alone; Docker mounts them read-only all the same.
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,rw /proc/sys/net

# Each boot has its own id, as on a machine: `journalctl -b` then means this boot.
cat /proc/sys/kernel/random/uuid > /run/lab-boot-id
mount --bind /run/lab-boot-id /proc/sys/kernel/random/boot_id

# Docker mounts these three over the image's; as plain files they can be replaced by a rename, as anywhere.
# What a node writes to them stays when it is stopped and started.
for name in hostname hosts resolv.conf; do
  cp "/etc/$name" /run/lab-docker
  umount "/etc/$name"
  [ -s "/etc/$name" ] || cat /run/lab-docker > "/etc/$name"
done
# No name server: Docker's own would leave every question about an outside name open for 10 s or more.
echo 'nameserver 127.0.0.1' > /etc/resolv.conf

for user in root admin ops; do
  home=$(getent passwd "$user" | cut -d: -f6)
  [ -n "$home" ] || continue
  mkdir -p "$home/.ssh"
  cp /srv/lab/authorized_key "$home/.ssh/authorized_keys"
  chmod 700 "$home/.ssh"
  chmod 600 "$home/.ssh/authorized_keys"
  chown -R "$user:" "$home/.ssh"
done

exec /lib/systemd/systemd

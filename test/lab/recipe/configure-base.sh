#!/bin/sh
# Runs inside the chroot of a fresh base system and makes a lab node of it.
set -eu

printf 'deb [trusted=yes] file:/srv/mirror ./\n' > /etc/apt/sources.list
rm -rf /etc/apt/sources.list.d/* /etc/apt/preferences.d/* /var/lib/apt/lists/*
rm -f /usr/sbin/policy-rc.d
chmod 0440 /etc/sudoers.d/lab

useradd --uid 1000 --create-home --shell /bin/bash admin
echo 'admin:lab-admin' | chpasswd
useradd --uid 1001 --create-home --shell /bin/bash ops

# Since OpenSSH 9.8 a few failed logins shut a client's address out for a while; tests fail logins on purpose.
mkdir -p /run/sshd
ssh-keygen -q -A
if sshd -t -o PerSourcePenalties=no 2> /dev/null; then
  echo 'PerSourcePenalties no' >> /etc/ssh/sshd_config.d/lab.conf
fi
rmdir /run/sshd

# Each node makes its own on first boot (an empty machine-id is filled in by systemd).
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
: > /etc/machine-id

# These want a console, a kernel or a network that a container does not own, or would hold apt's lock during a test.
systemctl mask \
  systemd-udevd.service systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-udev-trigger.service \
  systemd-modules-load.service systemd-remount-fs.service systemd-firstboot.service systemd-logind.service \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  dev-hugepages.mount dev-mqueue.mount proc-sys-fs-binfmt_misc.automount \
  getty@tty1.service console-getty.service getty.target \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
systemctl enable ssh.service lab-host-keys.service
systemctl set-default multi-user.target

# Nothing under /usr is newer than this: saves each first boot its ldconfig, catalog and sysusers runs.
touch /etc/.updated /var/.updated

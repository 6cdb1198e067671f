#!/bin/sh
# Runs inside a container of the bare image: installs the packages given as arguments and leaves all their
# services stopped, disabled and unconfigured, without a default PostgreSQL cluster.
set -eu
export DEBIAN_FRONTEND=noninteractive

enabled() {
  systemctl --root=/ list-unit-files --state=enabled --no-legend | cut -d' ' -f1 | sort
}

# While these two exist, dpkg starts nothing that it installs and creates no cluster.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/lab.conf

enabled > /tmp/before
apt-get -qq update
apt-get -qq --yes --no-install-recommends install "$@"
enabled > /tmp/after

for unit in $(comm -13 /tmp/before /tmp/after); do
  systemctl --root=/ --quiet disable "$unit"
done
rm -rf /usr/sbin/policy-rc.d /etc/postgresql-common/createcluster.d/lab.conf /var/lib/apt/lists/* /tmp/before /tmp/after

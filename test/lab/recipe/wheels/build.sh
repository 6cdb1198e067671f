#!/bin/sh
# Runs inside a container of a bare node: leaves wheels of Debian's Patroni and all that it imports in /srv/wheels,
# for installations by pip on nodes that have no way to PyPI.
set -eu
export DEBIAN_FRONTEND=noninteractive

printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
echo 'I: building wheels'
apt-get -qq update
apt-get -qq --yes --no-install-recommends install patroni python3-consul python3-etcd python3-psycopg2
# shellcheck disable=SC2046  # the package names are words
python3 /srv/recipe/wheel.py /srv/wheels $(dpkg-query --show --showformat '${Package}\n' | grep -E '^(patroni|python3-.*)$')
chown -R --reference=/srv/wheels /srv/wheels

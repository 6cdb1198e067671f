#!/bin/sh
# Runs on a Debian node of the lab before the article's roles: offers stand-ins for packages that the lab's mirror lacks
# (name:unit gives one a unit), has an old Zabbix installed, and lets chrony start although a container may not set clocks.
#   prepare-debian.sh NAME[:UNIT] ...
set -eu
folder=/srv/extra
mkdir -p "$folder"
: >"$folder/Packages"

is_offered() {
  apt-cache policy "$1" | grep -q 'Candidate: [0-9]'
}

offer() { # NAME UNIT
  tree=$(mktemp -d)
  chmod 0755 "$tree"
  mkdir -p "$tree/DEBIAN" "$tree/usr/share/doc/$1"
  # An epoch, so that no package of the distribution conflicts with so old a version.
  printf 'Package: %s\nVersion: 99:1\nArchitecture: all\nMaintainer: lab\nDescription: stand-in\n' "$1" >"$tree/DEBIAN/control"
  if [ -n "$2" ]; then
    mkdir -p "$tree/lib/systemd/system"
    printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >"$tree/lib/systemd/system/$2"
  fi
  dpkg-deb --root-owner-group --build "$tree" "$folder/$1.deb" >/dev/null
  rm -rf "$tree"
  {
    dpkg-deb -f "$folder/$1.deb"
    printf 'Filename: ./%s.deb\nSize: %s\n' "$1" "$(stat -c %s "$folder/$1.deb")"
    printf 'SHA256: %s\n\n' "$(sha256sum "$folder/$1.deb" | cut -d' ' -f1)"
  } >>"$folder/Packages"
}

apt-get -qq update
for word; do
  name=${word%%:*} unit=${word#*:}
  [ "$unit" != "$word" ] || unit=
  is_offered "$name" || offer "$name" "$unit"
done
offer zabbix2-agent ''
dpkg -i "$folder/zabbix2-agent.deb" >/dev/null

mkdir -p /etc/systemd/system/chrony.service.d
printf '[Unit]\nConditionCapability=\n' >/etc/systemd/system/chrony.service.d/lab.conf

#!/bin/sh
# A hook of mmdebstrap: downloads the packages of the mirror, as apt resolves them for the base system in "$1",
# and leaves their file names in /srv/lists/files.
set -eu

root=$1
# Consul left Debian after bullseye, but its package still installs. Priority 1: all else comes from the suite.
echo "deb $LAB_DEBIAN bullseye main" > "$root/etc/apt/sources.list.d/consul.list"
printf 'Package: *\nPin: release n=bullseye\nPin-Priority: 1\n' > "$root/etc/apt/preferences.d/consul"

apt_get() {
  chroot "$root" apt-get --quiet --yes -o APT::Install-Recommends=true -o APT::Sandbox::User=root "$@"
}

apt_get update -o Dir::Etc::sourcelist=/etc/apt/sources.list.d/consul.list -o Dir::Etc::sourceparts=- \
  -o APT::Get::List-Cleanup=false
mkdir -p "$root/srv/lists" "$root/srv/empty/partial"
# Packages that exclude each other are in groups of their own.
echo "$LAB_MIRROR_PACKAGES" | tr '|' '\n' | while read -r group; do
  # shellcheck disable=SC2086  # the package names are words
  apt_get install --print-uris -o Dir::Cache::archives=/srv/empty $group |
    sed -n "s/^'[^']*' \([^ ]*\.deb\) .*/\1/p" >> "$root/srv/lists/all"
  # shellcheck disable=SC2086
  apt_get install --download-only $group
done
sort -u "$root/srv/lists/all" > "$root/srv/lists/files"
rm -r "$root/srv/empty" "$root/srv/lists/all"
test -s "$root/srv/lists/files"

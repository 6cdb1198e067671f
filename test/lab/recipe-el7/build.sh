#!/bin/sh
# Runs inside a container of Debian 12, with its package mirror at /srv/mirror: makes yum repositories in /srv/repos
# and, of the container itself, a node shaped like CentOS 7.
set -eu

recipe=$(cd "$(dirname "$0")" && pwd)
export LAB_BUILD=/srv/build LAB_REPOS=/srv/repos DEBIAN_FRONTEND=noninteractive

# At first only what the node keeps: the RPMs have to bring all else.
apt-get -qq update
apt-get -qq --yes --no-install-recommends install dnf rpm gawk gnupg policycoreutils selinux-utils tzdata
sh "$recipe/build-rpms.sh"
echo 'I: making the node'
sh "$recipe/make-node.sh"
cp -r /srv/mirror/wheels "$LAB_REPOS/"
rm -rf "$LAB_BUILD"
chown -R --reference="$LAB_REPOS" "$LAB_REPOS"

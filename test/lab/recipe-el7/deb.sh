#!/bin/sh
# What specs ask of Debian's packages, which build-rpms.sh has unpacked:
#   deb.sh version NAME        its version in RPM's alphabet, without Debian's revision
#   deb.sh requires NAME...    a Requires: tag for all that they depend on and the node does not have anyway
#   deb.sh take NAME ROOT      its files into a build root, and their names into ROOT.NAME
set -eu

packages=$LAB_BUILD/packages
# Debian's name, and the RPM that has its files ("-": nothing needs to).
names=$(dirname "$0")/names

field() {
  if [ -e "$packages/$1/control" ]; then sed -n "s/^$2: //p" "$packages/$1/control"
  else dpkg-query -W -f "\${$2}\n" "$1"; fi
}

renamed() { awk -v name="$1" '$1 == name { print $2 }' "$names"; }

# The RPM for one dependency ("a (>= 1) | b"): of the first alternative that the node or the repository has.
rpm_for() {
  for name in $(echo "$1" | sed 's/([^)]*)//g; s/|/ /g; s/:any//g'); do
    rpm=$(renamed "$name")
    if [ -n "$rpm" ]; then
      [ "$rpm" = - ] || echo "$rpm"
      return 0
    fi
    grep -qx "$name" "$LAB_BUILD/present" && return 0
    if [ -d "$packages/$name" ]; then echo "$name"; return 0; fi
  done
  # A virtual package: the one that provides it.
  for name in $(echo "$1" | sed 's/([^)]*)//g; s/|/ /g; s/:any//g'); do
    provider=$(grep -lE "^Provides: (.*, )?$name( |,|\$)" "$packages"/*/control | head -n 1)
    if [ -n "$provider" ]; then basename "$(dirname "$provider")"; return 0; fi
  done
}

case $1 in
  version) field "$2" Version | sed 's/^[0-9]*://; s/-[^-]*$//; s/[-+].*//' ;;

  requires)
    shift
    for name in "$@"; do field "$name" Depends; field "$name" Pre-Depends; done | tr ',' '\n' |
      while read -r dependency; do rpm_for "$dependency"; done | sort -u | tr '\n' ' ' |
      sed 's/^\(.*[^ ]\) *$/Requires: \1\n/'
    ;;

  take)
    from=$packages/$2/files
    mkdir -p "$3/usr"
    for directory in bin sbin lib lib64; do
      [ ! -d "$from/$directory" ] || { mkdir -p "$from/usr/$directory"; cp -a "$from/$directory/." "$from/usr/$directory/"; rm -r "${from:?}/$directory"; }
    done
    # EL has units, defaults and init scripts of its own; no one reads manuals here.
    (cd "$from" && rm -rf etc/init.d etc/cron* etc/default etc/rsyslog.d etc/insserv.conf.d usr/lib/systemd/system usr/lib/systemd/user \
      usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/lintian usr/share/bug usr/share/doc-base \
      usr/share/apport usr/share/bash-completion usr/share/menu usr/share/pixmaps usr/share/applications)
    cp -al "$from/." "$3/"
    (cd "$from" && find . ! -type d -printf '"/%P"\n') > "$3.$2"
    ;;
esac

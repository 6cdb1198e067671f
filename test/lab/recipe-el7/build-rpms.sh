#!/bin/sh
# Runs inside a container of Debian 12: makes signed yum repositories of Debian's packages.
#   LAB_BUILD   directory to work in
#   LAB_REPOS   directory to leave the repositories in, one per folder of specs/
set -eu
LAB_RECIPE=$(cd "$(dirname "$0")" && pwd)
HOME=$LAB_BUILD
export LAB_BUILD LAB_REPOS LAB_RECIPE HOME

recipe=$LAB_RECIPE
packages=$LAB_BUILD/packages
export DEBIAN_FRONTEND=noninteractive GNUPGHOME="$LAB_BUILD/gnupg"
mkdir -p "$packages" "$LAB_BUILD/empty/partial" "$LAB_BUILD/specs"

step() { echo "I: $*"; }

# What specs take, one that excludes the others in a line of its own.
wanted() {
  sed -n 's/^%{take \(.*\)}$/\1/p' "$recipe"/specs/*/*.spec | cat - "$recipe"/specs/*/debian | grep -vx ntpsec | tr '\n' ' '
  printf '\nntpsec\n'
}

closure() {
  wanted | while read -r group; do
    # shellcheck disable=SC2086  # the package names are words
    apt-get install --quiet --yes --no-install-recommends --print-uris -o Dir::Cache::archives="$LAB_BUILD/empty" $group
  done | sed -n "s/^'[^']*' \\([^ ]*\\.deb\\) .*/\\1/p" | sort -u
}

unpack() {
  name=$(dpkg-deb -f "$1" Package)
  mkdir -p "$packages/$name/files"
  dpkg-deb -f "$1" > "$packages/$name/control"
  dpkg-deb -x "$1" "$packages/$name/files"
}

taken() { sed -n 's/^%{take \(.*\)}$/\1/p' "$recipe"/specs/*/*.spec; }

# All that no spec takes and that EL does not leave out becomes an RPM as it is.
as_they_are() {
  taken | sort -u > "$LAB_BUILD/taken"
  awk '$2 == "-" || $2 == "python3" { print $1 }' "$recipe/names" | sort -u - "$LAB_BUILD/taken" > "$LAB_BUILD/not"
  # shellcheck disable=SC2012  # Debian's package names have no surprises
  ls "$packages" | sort | comm -23 - "$LAB_BUILD/not"
}

section() {
  rpm=$(awk -v name="$1" '$1 == name { print $2 }' "$recipe/names")
  rpm=${rpm:-$1}
  printf '%%package -n %s\nVersion: %%{debversion %s}\nSummary: Debian'"'"'s %s\n%%{debrequires %s}\n' "$rpm" "$1" "$1" "$1"
  printf '%%description -n %s\n%%{summary}.\n%%files -n %s -f %%{buildroot}.%s\n\n' "$rpm" "$rpm" "$1"
}

debian_spec() {
  printf 'Name: lab-debian-%s\nVersion: 12\nRelease: 1%%{dist}\nSummary: Debian packages\nLicense: various\n\n%%description\n%%{summary}.\n\n' "$1"
  while read -r name; do section "$name"; done < "$2"
  echo '%install'
  while read -r name; do echo "%{take $name}"; done < "$2"
}

debian_specs() {
  as_they_are > "$LAB_BUILD/all"
  sort "$recipe/specs/epel/debian" > "$LAB_BUILD/epel"
  comm -23 "$LAB_BUILD/all" "$LAB_BUILD/epel" > "$LAB_BUILD/base"
  for repository in base epel; do
    mkdir -p "$LAB_BUILD/specs/$repository"
    debian_spec "$repository" "$LAB_BUILD/$repository" > "$LAB_BUILD/specs/$repository/debian.spec"
  done
}

# Two at a time: each spec has a build root of its own.
build_all() {
  # shellcheck disable=SC2016  # $0 is the inner shell's: a spec
  find "$LAB_BUILD/specs" -name '*.spec' -printf '%s %p\n' | sort -rn | cut -d' ' -f2 | xargs -P 2 -n 1 sh -c '
    repository=$(basename "$(dirname "$0")")
    log=$0.log
    rpmbuild --quiet --define "_rpmdir $LAB_BUILD/rpms/$repository" -bb "$0" > "$log" 2>&1 ||
      { echo "E: $0"; tail -n 20 "$log"; exit 1; }'
}

make_key() {
  mkdir -m 700 -p "$GNUPGHOME"
  gpg --batch --quiet --passphrase '' --quick-gen-key 'pgha lab <lab@pgha.invalid>' rsa2048 sign never
  gpg --batch --armor --export > "$LAB_BUILD/RPM-GPG-KEY-lab"
}

publish() {
  for repository in "$LAB_BUILD"/rpms/*; do
    mkdir -p "$LAB_REPOS/$(basename "$repository")"
    find "$repository" -name '*.rpm' -exec mv -t "$LAB_REPOS/$(basename "$repository")" {} +
  done
  createrepo_c --quiet --no-database --simple-md-filenames -g "$recipe/comps.xml" "$LAB_REPOS/base"
  for repository in epel pgdg hashicorp zabbix; do
    createrepo_c --quiet --no-database --simple-md-filenames "$LAB_REPOS/$repository"
  done
  cp "$LAB_BUILD/RPM-GPG-KEY-lab" "$recipe/CentOS-Base.repo.eol" "$LAB_REPOS/"
  # The paths below vault.centos.org and yum-archive.postgresql.org.
  mkdir -p "$LAB_REPOS/vault/7.9.2009" "$LAB_REPOS/yum-archive"
  for part in os updates extras; do
    mkdir "$LAB_REPOS/vault/7.9.2009/$part"
    ln -s ../../../base "$LAB_REPOS/vault/7.9.2009/$part/x86_64"
  done
  for part in 15 common; do
    mkdir -p "$LAB_REPOS/yum-archive/$part/redhat"
    ln -s ../../../pgdg "$LAB_REPOS/yum-archive/$part/redhat/rhel-7-x86_64"
  done
}

step 'unpacking packages'
closure > "$LAB_BUILD/debs"
dpkg-query -W -f '${Package}\n' > "$LAB_BUILD/present"
while read -r deb; do unpack "/srv/mirror/$deb"; done < "$LAB_BUILD/debs"
apt-get install -qq --yes --no-install-recommends createrepo-c > /dev/null
step 'building RPMs'
make_key
cp -r "$recipe/specs" "$LAB_BUILD/"
debian_specs
cp "$recipe/macros" "$HOME/.rpmmacros"
build_all
step 'signing RPMs'
find "$LAB_BUILD/rpms" -name '*.rpm' -print0 | xargs -0 -P 2 -n 20 rpmsign --addsign > "$LAB_BUILD/sign.log" 2>&1
step 'indexing RPMs'
publish

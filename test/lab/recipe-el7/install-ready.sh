#!/bin/sh
# Runs inside a container of the bare image: installs the packages given as arguments. EL's packages start nothing.
set -eu

for repository in epel pgdg hashicorp; do
  printf '[%s]\nname=%s\nbaseurl=file:///srv/mirror/%s\ngpgcheck=1\ngpgkey=file:///srv/mirror/RPM-GPG-KEY-lab\n' \
    "$repository" "$repository" "$repository" > "/etc/yum.repos.d/lab-$repository.repo"
done
yum -y install "$@"
rm -rf /etc/yum.repos.d/lab-* /var/cache/yum /var/log/dnf* /var/log/hawkey.log

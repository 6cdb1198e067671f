#!/bin/sh
# Runs on an EL-shaped node of the lab before the article's roles: gives it the life that a CentOS 7 has had. An old Zabbix
# is installed, ntpd keeps the clock, and its repositories are on mirrors that are gone.
set -eu
yum -y install ntp /srv/mirror/zabbix/zabbix22-agent-*.rpm
systemctl enable --now ntpd

# The archive of EPEL at its own paths.
mkdir -p /srv/archive/epel/7
ln -s /srv/mirror/epel /srv/archive/epel/7/x86_64
ln -s /srv/mirror/RPM-GPG-KEY-lab /srv/archive/epel/RPM-GPG-KEY-EPEL-7

cp /srv/mirror/CentOS-Base.repo.eol /etc/yum.repos.d/CentOS-Base.repo
yum clean all

#!/bin/sh
# Runs inside the container that made the RPMs, and turns it into a node shaped like CentOS 7: rpm and yum
# instead of dpkg and apt, EL's names, paths and files.
#   LAB_REPOS   the repositories
set -eu

recipe=$(cd "$(dirname "$0")" && pwd)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# CentOS 7 has no C.UTF-8; programs must not come to rely on it.
make_locale() {
  apt-get install -qq --yes --no-install-recommends locales > /dev/null
  localedef -i en_US -f UTF-8 en_US.UTF-8
  rm -rf /usr/share/i18n /usr/lib/locale/C.utf8 /etc/default/locale /etc/locale.alias /etc/locale.gen
}

# yum keeps an interpreter of its own, as from EL 8 on; /usr/bin/python3 comes with the package python3.
hide_python() {
  mkdir -p /usr/libexec
  mv /usr/bin/python3.11 /usr/libexec/platform-python
  rm -rf /usr/bin/py3* /usr/bin/py*3.11 /usr/bin/pydoc* /usr/bin/pygettext* /usr/bin/pdb3* /usr/bin/python3* /etc/python3*
}

make_yum() {
  sed '1s/.*/#!\/usr\/libexec\/platform-python/' /usr/bin/dnf-3 > /usr/bin/yum
  chmod 755 /usr/bin/yum
  rm -f /usr/bin/dnf /usr/bin/dnf-3 /etc/dnf/dnf.conf /usr/bin/rpmbuild /usr/bin/rpmsign /usr/bin/rpmspec
  ln -s ../yum.conf /etc/dnf/dnf.conf
}

copy_files() {
  cp -R "$recipe/rootfs/." /
  chmod 440 /etc/sudoers
  chmod 600 /etc/ssh/sshd_config
}

make_sshd() {
  mkdir -p /usr/libexec/openssh
  mv /usr/lib/openssh/sftp-server /usr/libexec/openssh/
  systemctl --quiet disable ssh.service
  rm -rf /usr/lib/systemd/system/*ssh.service /usr/lib/systemd/system/ssh* /etc/ssh/sshd_config.d /etc/default/ssh
  cp "$recipe/rootfs/usr/lib/systemd/system/sshd.service" /usr/lib/systemd/system/
  sed -i 's/ssh\.service/sshd.service/' /etc/systemd/system/lab-host-keys.service
  systemctl --quiet enable sshd.service
}

# Numbers that EL gives to users of its packages are someone else's in Debian.
make_groups() {
  for user in _apt backup irc list man news proxy uucp www-data; do userdel "$user"; done
  for group in dip fax floppy operator plugdev sasl src staff sudo tape voice; do groupdel "$group"; done
  groupmod --gid 99 --new-name nobody nogroup
  usermod --uid 99 --gid nobody nobody
  groupadd --gid 10 wheel
  sed -i '/^CREATE_HOME/d' /etc/login.defs
  echo 'CREATE_HOME yes' >> /etc/login.defs
  printf 'GROUP=100\nHOME=/home\nINACTIVE=-1\nEXPIRE=\nSHELL=/bin/bash\nSKEL=/etc/skel\nCREATE_MAIL_SPOOL=yes\n' > /etc/default/useradd
}

# Unless forced, Debian's rpm warns that it is not for installing; yum does not.
make_rpm() {
  rm -f /etc/os-release /usr/lib/os-release
  rpm --initdb
  for package in centos-release bash glibc $(sed -n 's/^%global present //p' "$recipe/specs/base/centos.spec" | tr ' ' '\n' | cut -d= -f1); do
    echo "$LAB_REPOS/base/$package"-[0-9]*.rpm
  done | tr ' ' '\n' | sort -u | xargs rpm --force-debian --nosignature -i
}

hide_debian() {
  ln -sf bash /bin/sh
  rm -f /bin/dash /usr/bin/mawk
  rm -f /etc/systemd/system/apt-* /etc/systemd/system/dpkg-* /etc/systemd/system/*.wants/apt-* /etc/systemd/system/*.wants/dpkg-*
  rm -rf /etc/systemd/system/chrony.service.d /etc/systemd/system/ntpsec.service.d \
    /etc/systemd/system/open-vm-tools.service.d
  systemctl --quiet disable fstrim.timer e2scrub_all.timer e2scrub_reap.service systemd-pstore.service
  rm -f /usr/lib/systemd/system/apt-* /usr/lib/systemd/system/dpkg-*
  rm -rf /etc/apt /etc/dpkg /etc/debconf.conf /etc/debian_version /etc/adduser.conf /etc/deluser.conf /etc/ucf.conf \
    /etc/timezone /etc/bash.bashrc /etc/perl /etc/sv /etc/runit /etc/ufw /etc/update-motd.d /etc/cron.d /etc/cron.daily \
    /etc/rc?.d /etc/init.d /etc/logrotate.d/apt /etc/logrotate.d/dpkg /etc/logrotate.d/alternatives \
    /var/lib/apt /var/lib/dpkg /var/lib/ucf /var/cache/apt /var/cache/debconf /var/log/apt /var/log/dpkg.log \
    /usr/lib/apt /usr/lib/dpkg /usr/libexec/dpkg /usr/share/dpkg /usr/share/debconf /usr/share/perl* \
    /usr/lib/x86_64-linux-gnu/perl* /usr/share/lintian /usr/share/doc /usr/share/man \
    /usr/share/bug /usr/share/locale /usr/share/keyrings /usr/share/python-apt /usr/share/debianutils /usr/share/pixmaps \
    /usr/share/polkit-1/actions/org.dpkg* /usr/share/python3/debian_defaults /etc/logcheck
  cd /usr/bin
  rm -f apt apt-* deb-systemd-* debconf* dpkg* perl* update-alternatives ucf ucfr ucfq
  cd /usr/sbin
  rm -f adduser addgroup deluser delgroup dpkg-* invoke-rc.d update-rc.d update-passwd update-shells policy-rc.d
}

make_locale
copy_files
make_sshd
make_groups
hide_python
make_yum
hide_debian
make_rpm
/sbin/ldconfig
touch /etc/.updated /var/.updated
rm -rf /tmp/* /var/tmp/* /root/.rpmdb /var/cache/dnf /var/cache/ldconfig

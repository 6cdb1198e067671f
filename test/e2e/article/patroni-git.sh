#!/bin/sh
# Runs on a node of the lab: makes the bare repository /srv/git/patroni.git out of the Patroni in the mirror's wheels. Two
# tags, one and two, of the same version; its default branch is ahead of both.
set -eu
work=$(mktemp -d)
cd "$work"
python3 -m zipfile -e /srv/mirror/wheels/patroni-*.whl .
cp patroni-*.dist-info/entry_points.txt .
sed -n 's/^Version: //p' patroni-*.dist-info/METADATA >VERSION
rm -rf patroni-*.dist-info
cat >setup.py <<'END'
import configparser
import setuptools

scripts = configparser.ConfigParser()
scripts.read('entry_points.txt')
setuptools.setup(
    name='patroni',
    version=open('VERSION').read().strip(),
    packages=setuptools.find_packages(include=['patroni', 'patroni.*']),
    include_package_data=True,
    install_requires=['click', 'prettytable', 'psutil', 'python-dateutil', 'PyYAML', 'six', 'urllib3'],
    extras_require={'consul': ['python-consul']},
    entry_points={'console_scripts': ['%s = %s' % item for item in scripts['console_scripts'].items()]},
)
END
echo 'recursive-include patroni *' >MANIFEST.in
git init -q
git config user.name lab
git config user.email lab@example
commit() { # WHAT
  echo "ref = '$1'" >patroni/lab.py
  git add -A
  git commit -q -m "$1"
}
commit one
git tag one
commit two
git tag two
commit unreviewed
mkdir -p /srv/git
git clone -q --bare . /srv/git/patroni.git
cd /
rm -rf "$work"

#!/bin/sh
# Builds a base system and the package mirror beside it, in one run of mmdebstrap.
# Reads from the environment:
#   LAB_SUITE, LAB_BASE_PACKAGES, LAB_MIRROR_PACKAGES   the flavour (flavors.ts)
#   LAB_ARCHIVES   directory of downloaded .debs, kept between builds
#   LAB_LISTS      directory to write the names of the mirror's files to (as "files")
#   LAB_TARBALL    file to write the base system to
#   LAB_DEBIAN     base address of a Debian mirror
#   LAB_TEMPORARY  directory to work in; emptied
set -eu

recipe=$(cd "$(dirname "$0")" && pwd)
security=${LAB_DEBIAN%/debian}/debian-security
export recipe
mkdir -p "$LAB_ARCHIVES" "$LAB_LISTS"

# As root: mounts and processes of its own, which end with it however it ends.
alone=
if [ "$(id -u)" = 0 ]; then
  alone='unshare --mount --pid --fork --kill-child'
  rm -rf --one-file-system "$LAB_TEMPORARY"
  mkdir -p "$LAB_TEMPORARY"
  export TMPDIR="$LAB_TEMPORARY"
fi

# shellcheck disable=SC2016,SC2086  # $1 is the chroot, expanded by the hook's shell; $alone is words
exec $alone mmdebstrap --variant=minbase --format=tar \
  --include="$(echo "$LAB_BASE_PACKAGES" | tr ' ' ',')" \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' \
  --skip=download/empty --skip=essential/unlink --skip=cleanup/apt \
  --setup-hook='mkdir -p "$1/var/cache/apt/archives/partial"' \
  --setup-hook="sync-in '$LAB_ARCHIVES' /var/cache/apt/archives" \
  --customize-hook='sh "$recipe/list-mirror.sh" "$1"' \
  --customize-hook="sync-out /srv/lists '$LAB_LISTS'" \
  --customize-hook="sync-out /var/cache/apt/archives '$LAB_ARCHIVES'" \
  --customize-hook='rm -rf "$1/srv/lists" "$1"/var/cache/apt/*' \
  --customize-hook='tar -C "$recipe/rootfs" --owner=0 --group=0 -c . | tar -C "$1" -x' \
  --customize-hook='chroot "$1" sh < "$recipe/configure-base.sh"' \
  "$LAB_SUITE" "$LAB_TARBALL" \
  "deb $LAB_DEBIAN $LAB_SUITE main" "deb $LAB_DEBIAN $LAB_SUITE-updates main" \
  "deb $security $LAB_SUITE-security main"

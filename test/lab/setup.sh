#!/bin/sh
# Makes a Debian or Ubuntu machine fit for the lab: installs what is missing and starts a Docker engine
# if none answers. Changes nothing when all is there. Run as root.
#   LAB_CACHE   where the engine's log and process id go (default /var/cache/pgha-lab)
set -eu

cache=${LAB_CACHE:-/var/cache/pgha-lab}
mkdir -p "$cache"

say() { echo "lab: $*" >&2; }

# With a client that does not fit the engine, try Debian's own.
engine_answers() {
  docker version >/dev/null 2>&1 || /usr/bin/docker version >/dev/null 2>&1
}

compose_works() {
  docker compose version >/dev/null 2>&1 || docker-compose version >/dev/null 2>&1
}

missing_packages() {
  engine_answers || command -v dockerd >/dev/null || echo docker.io
  if ! compose_works; then
    # Ubuntu's name of version 2, else Debian's (1.29 or 2).
    if apt-cache show docker-compose-v2 2>/dev/null | grep -q ^Package; then echo docker-compose-v2
    else echo docker-compose; fi
  fi
  command -v mmdebstrap >/dev/null || echo mmdebstrap
  command -v apt-ftparchive >/dev/null || echo apt-utils
  command -v ssh-keygen >/dev/null || echo openssh-client
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
}

must_be_root() {
  [ "$(id -u)" = 0 ] && return
  say "this needs root once: $1. Run 'sudo sh test/lab/setup.sh', then try again."
  exit 1
}

install_missing() {
  command -v apt-get >/dev/null || { say "no apt-get: install Docker, Compose, mmdebstrap and apt-utils by hand."; exit 1; }
  [ -n "$(missing_packages)" ] || return 0
  must_be_root "installing $(missing_packages | tr '\n' ' ')"
  [ -n "$(ls /var/lib/apt/lists/*_Packages* 2>/dev/null)" ] || { say "apt-get update"; apt-get -qq update; }
  packages=$(missing_packages | tr '\n' ' ')
  say "installing $packages"
  # shellcheck disable=SC2086  # the package names are words
  install_packages $packages || { say "apt-get update, then once more"; apt-get -qq update; install_packages $packages; }
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq --yes --no-install-recommends install "$@" \
    </dev/null >>"$cache/setup.log" 2>&1
}

start_engine() {
  must_be_root "starting the Docker engine"
  if [ -d /run/systemd/system ]; then
    say "starting docker.service"
    systemctl start docker
    echo systemd > "$cache/engine"
  else
    say "starting dockerd (log: $cache/dockerd.log)"
    # A session and streams of its own: it must hold neither a terminal nor a pipe of whoever started it.
    setsid sh -c 'echo $$ > "$1/engine"; exec dockerd' sh "$cache" \
      </dev/null >>"$cache/dockerd.log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  fi
}

wait_for_engine() {
  for _ in $(seq 150); do
    if engine_answers; then return 0; fi
    sleep 0.2
  done
  say "the Docker engine did not answer within 30 s; the end of its log:"
  tail -n 20 "$cache/dockerd.log" >&2 || true
  exit 1
}

# Bridged frames of a closed network must not pass the host's packet filter: it would drop VRRP.
open_bridge() {
  key=/proc/sys/net/bridge/bridge-nf-call-iptables
  [ -e "$key" ] && [ "$(cat "$key")" != 0 ] || return 0
  if echo 0 2>/dev/null > "$key"; then say "set net.bridge.bridge-nf-call-iptables=0"; echo 1 > "$cache/bridge-nf-was"
  else say "could not set net.bridge.bridge-nf-call-iptables=0: VRRP by multicast may not work"; fi
}

install_missing
engine_answers || { start_engine; wait_for_engine; }
open_bridge

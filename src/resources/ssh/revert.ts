import type { Step } from '../../engine/resource.ts'

// Longer than a login takes on a busy node, shorter than an operator waits before reaching for the console.
const revertSeconds = 60
const folder = '/var/lib/pgha/ssh-revert'
const timer = 'pgha-ssh-revert'

const disarm = `systemctl stop ${timer}.timer >/dev/null 2>&1
systemctl reset-failed ${timer}.timer ${timer}.service >/dev/null 2>&1`

// A folder that is gone was kept or taken back already; renamed first, so that only one of two reverts works.
const revertScript = `rm -rf ${folder}.now; mv -T ${folder} ${folder}.now || exit 0
for list in ${folder}.now/*.path; do
  IFS= read -r path <"$list"; old=\${list%.path}.old
  if [ -e "$old" ]; then cp -a -- "$old" "$path.pgha-revert" && mv -fT -- "$path.pgha-revert" "$path"
  else rm -f -- "$path"; fi
done
systemctl reload ssh.service 2>/dev/null || systemctl reload sshd.service
rm -rf ${folder}.now
logger -t pgha 'took back the changes to SSH: no new login was proved' 2>/dev/null`

/**
 * Comes before a change to what decides about logins: the node keeps what there is and takes it back by itself in a
 * minute, unless `keepLogins` says that a new login has worked. Whoever dies in between leaves the node as it was.
 * `path` is a word of sh that only the node may be able to expand, such as `"$home/.ssh/authorized_keys"`.
 */
export function armRevert(what: string, path: string): Step {
  return {
    what: `let the node take back ${what} in ${revertSeconds} s, should no new login work`,
    script: `path=${path}
(umask 077; mkdir -p ${folder}) || exit
base=${folder}/$(printf '%s' "$path" | cksum | cut -d' ' -f1)
if [ ! -e "$base.path" ]; then
  if [ -e "$path" ]; then cp -a -- "$path" "$base.old" || exit; fi
  printf '%s\\n' "$path" >"$base.path" || exit
fi
cat >${folder}/revert <<'END' || exit
${revertScript}
END
${disarm}
systemd-run --on-active=${revertSeconds} --unit=${timer} /bin/sh ${folder}/revert >/dev/null 2>&1 || {
  setsid /bin/sh -c 'sleep ${revertSeconds}; exec /bin/sh ${folder}/revert' </dev/null >/dev/null 2>&1 &
}`,
  }
}

/** A new login has worked: what was changed stays. Exits with 4 when the node has taken it back meanwhile. */
export const keepLogins = `rm -rf ${folder}.kept; mv -T ${folder} ${folder}.kept 2>/dev/null || exit 4
rm -rf ${folder}.kept
${disarm}
exit 0`

/** No new login has worked: takes back at once what was changed. */
export const takeBackLogins = `[ ! -e ${folder}/revert ] || /bin/sh ${folder}/revert
${disarm}
exit 0`

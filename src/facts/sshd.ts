/** How the SSH server of a node takes its settings. */
export interface Sshd {
  /** Its configuration includes a folder of drop-ins; that of CentOS 7 and of OpenSSH before 8.2 does not. */
  readonly readsDropIns: boolean
}

export const sshdFragment = `[ -r /etc/ssh/sshd_config ] && while read -r key value; do
  case "$key $value" in [Ii]nclude\\ *sshd_config.d/*) echo dropIns=yes; break;; esac
done </etc/ssh/sshd_config`

/** Reads what `sshdFragment` printed. */
export function parseSshd(printed: string): Sshd {
  return { readsDropIns: /^dropIns=yes$/m.test(printed) }
}

import { LabError } from './say.ts'

/** The distributions a node can be built as. */
const flavorNames = ['debian13', 'debian12', 'el7'] as const

export type FlavorName = (typeof flavorNames)[number]

/** `bare` is a minimal server; `ready` has the cluster's packages installed, stopped and unconfigured. */
const imageKinds = ['bare', 'ready'] as const

export type ImageKind = (typeof imageKinds)[number]

/** A node made of Debian's packages. */
export interface DebianSource {
  readonly kind: 'debian'
  /** Installed in every node. */
  readonly basePackages: readonly string[]
  /** Offered by the nodes' apt source, with all they depend on or recommend; groups may exclude each other. */
  readonly mirrorPackages: readonly (readonly string[])[]
}

/** A node made of another flavour's image and mirror. */
interface DerivedSource {
  readonly kind: 'derived'
  readonly from: FlavorName
}

/** One distribution as data: what its image holds, what its mirror offers and what can be tested on it. */
export interface Flavor {
  readonly name: FlavorName
  readonly family: 'debian' | 'el'
  /** Debian's release that its programs come from. */
  readonly suite: string
  readonly source: DebianSource | DerivedSource
  readonly postgresqlVersion: number
  /** Installed in a `ready` node, in addition. */
  readonly readyPackages: readonly string[]
  /** Where the distribution has no C.UTF-8. */
  readonly initdbLocale?: string
  /** Lines that its inventory has beyond all others', below `vars:`. */
  readonly vars: readonly string[]
  readonly can: {
    /** Debian's ansible-core manages it: its Python is old enough. */
    readonly ansible: boolean
    /** Patroni knows quorum-based synchronous replication (4.0). */
    readonly quorumSync: boolean
    /** `patroni --validate-config` exits with an error for a bad file and reports good ones silently. */
    readonly validateConfig: boolean
  }
}

// What a minimal Debian server has. No curl and no Python: pgha must not need them.
const minimalServer = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'iproute2', 'iputils-ping', 'netbase'],
  ...['procps', 'util-linux', 'logrotate'],
]

const cluster = [
  ...['patroni', 'python3-consul', 'python3-psycopg2', 'consul', 'haproxy', 'keepalived', 'curl', 'psmisc'],
]

// What other roles (etcd, PgBouncer, time, monitoring, essentials), fault injection and the baseline in Ansible install.
const extras = [
  ...['python3-etcd', 'etcd-server', 'etcd-client', 'pgbouncer', 'chrony', 'cron', 'zabbix-agent'],
  ...['ntpsec-ntpdate', 'nftables', 'iptables', 'pipexec', 'open-vm-tools', 'locales', 'tzdata'],
  ...['bzip2', 'zip', 'unzip', 'net-tools', 'rsync', 'sysstat', 'nano', 'tcpdump', 'wget', 'screen', 'htop'],
  ...['mc', 'vim', 'atop', 'gdb', 'subversion', 'bind9-dnsutils', 'iptraf-ng', 'nethogs', 'ngrep'],
  ...['lm-sensors', 'mtr-tiny', 's3cmd', 'libssl-dev', 'git', 'build-essential'],
  ...['python3-pip', 'python3-dev', 'python3-venv'],
]

// They exclude one of the extras, or each other.
const alternatives = [['ntpsec']]

// What only the EL-shaped node is built with.
const rpmTools = [
  ...['dnf', 'rpm', 'createrepo-c', 'gnupg', 'gawk', 'policycoreutils', 'selinux-utils', 'vim-tiny'],
]

const debian = (
  name: FlavorName,
  suite: string,
  postgresqlVersion: number,
  also: { readonly base: readonly string[]; readonly mirror: readonly string[] },
  can: Flavor['can'],
): Flavor => {
  const postgresql = [`postgresql-${postgresqlVersion}`, `postgresql-client-${postgresqlVersion}`]
  const readyPackages = [...postgresql, ...cluster]
  const source = {
    kind: 'debian' as const,
    basePackages: [...minimalServer, ...also.base],
    mirrorPackages: [[...readyPackages, ...extras, ...also.mirror], ...alternatives],
  }
  return { name, family: 'debian', suite, source, postgresqlVersion, can, readyPackages, vars: [] }
}

const yumRepository = (name: string): readonly string[] => [
  `- name: ${name}`,
  '  yum:',
  `    baseurl: file:///srv/mirror/${name}`,
  '    gpgkey: file:///srv/mirror/RPM-GPG-KEY-lab',
]

const el7: Flavor = {
  name: 'el7',
  family: 'el',
  suite: 'bookworm',
  source: { kind: 'derived', from: 'debian12' },
  postgresqlVersion: 15,
  initdbLocale: 'en_US.UTF-8',
  readyPackages: [
    ...['postgresql15-server', 'postgresql15-contrib', 'patroni', 'patroni-consul', 'consul'],
    ...['haproxy', 'keepalived', 'curl', 'psmisc'],
  ],
  vars: [
    'packages:',
    '  repositories:',
    ...['epel', 'pgdg', 'hashicorp'].flatMap(yumRepository).map((line) => `    ${line}`),
  ],
  can: { ansible: false, quorumSync: false, validateConfig: true },
}

/** All flavours by name; the first is the default. */
const flavors: Readonly<Record<FlavorName, Flavor>> = {
  debian13: debian(
    'debian13',
    'trixie',
    17,
    { base: [], mirror: [] },
    { ansible: false, quorumSync: true, validateConfig: true },
  ),
  debian12: debian(
    'debian12',
    'bookworm',
    15,
    { base: ['python3', 'python3-apt'], mirror: rpmTools },
    { ansible: true, quorumSync: false, validateConfig: true },
  ),
  el7,
}

const oneOf = <T extends string>(known: readonly T[], value: string, what: string): T => {
  const found = known.find((candidate) => candidate === value)
  if (found === undefined)
    throw new LabError(`there is no ${what} "${value}"; the lab knows ${known.join(', ')}`)
  return found
}

/** The flavour of this name; an unknown one is an error that lists the known. */
export const flavorNamed = (name: string): Flavor => flavors[oneOf(flavorNames, name, 'flavour')]

/** The kind of image of this name; an unknown one is an error that lists the known. */
export const kindNamed = (name: string): ImageKind => oneOf(imageKinds, name, 'kind of image')

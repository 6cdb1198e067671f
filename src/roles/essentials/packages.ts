import { isEl7, type Os } from '../../facts/os.ts'

/** What the article installs on every server, by this distribution's names. */
export function essentialPackages(os: Pick<Os, 'family' | 'version'>): readonly string[] {
  if (os.family === 'debian') return named('debian')
  return named(isEl7(os) ? 'el7' : 'el')
}

type Names = Readonly<Record<'el7' | 'el' | 'debian', string | undefined>>

function named(distribution: keyof Names): readonly string[] {
  return essentials.flatMap((names) => {
    const name = typeof names === 'string' ? names : names[distribution]
    return name === undefined ? [] : [name]
  })
}

/** A name of its own everywhere. */
function names(el7: string | undefined, el: string | undefined, debian: string | undefined): Names {
  return { el7, el, debian }
}

// In the article's order; psmisc, which it has twice, once. Names that rpm knows: yum would take `vim` for vim-enhanced,
// but `rpm -q vim` finds nothing. EL 8 and later have no ntpdate (chrony took its place). mytop is part of
// mariadb-client on Debian, and in no repository of EL 8 and later. EPEL has atop, htop, mytop, nethogs, ngrep, s3cmd
// and python2-pip.
const essentials: readonly (string | Names)[] = [
  names('ntpdate', undefined, 'ntpsec-ntpdate'),
  'bzip2',
  'zip',
  'unzip',
  names('openssl-devel', 'openssl-devel', 'libssl-dev'),
  'mc',
  names('vim-enhanced', 'vim-enhanced', 'vim'),
  'atop',
  'wget',
  names('mytop', undefined, undefined),
  'screen',
  'net-tools',
  'rsync',
  'psmisc',
  'gdb',
  'subversion',
  'htop',
  names('bind-utils', 'bind-utils', 'bind9-dnsutils'),
  'sysstat',
  'nano',
  'iptraf-ng',
  'nethogs',
  'ngrep',
  'tcpdump',
  names('lm_sensors', 'lm_sensors', 'lm-sensors'),
  names('mtr', 'mtr', 'mtr-tiny'),
  's3cmd',
  'gcc',
  'git',
  names('python2-pip', 'python3-pip', 'python3-pip'),
  names('python-devel', 'python3-devel', 'python3-dev'),
  // "Development tools" of yum, which Debian has as a package.
  names(undefined, undefined, 'build-essential'),
]

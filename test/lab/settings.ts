import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = process.getuid?.() === 0

/** Compose's project name and the prefix of the containers' names. */
export const project = 'pgha'

/** The network's name on the engine; docker-compose.test.yml has the same. */
export const network = 'pgha-lab'

/** The first three bytes of the lab's /24; docker-compose.test.yml has the same default. */
export const networkPrefix = '198.18.1'

/** The virtual address the generated inventory gives to keepalived. */
export const virtualAddress = `${networkPrefix}.100`

/** The services of docker-compose.test.yml in order; `--nodes N` boots the first N. */
export const nodeNames = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'] as const

/** Where images are built from and what survives a `down`; PGHA_LAB_CACHE moves it. */
export const cacheDirectory =
  process.env['PGHA_LAB_CACHE'] ??
  (root ? '/var/cache/pgha-lab' : join(process.env['HOME'] ?? '/tmp', '.cache/pgha-lab'))

/** The Debian mirror that images are built from; PGHA_LAB_DEBIAN changes it. */
export const debianMirror = process.env['PGHA_LAB_DEBIAN'] ?? 'http://deb.debian.org/debian'

/** Absolute paths of the lab's own and generated files. */
export const paths = {
  setup: join(here, 'setup.sh'),
  recipe: join(here, 'recipe'),
  compose: join(here, '../../docker-compose.test.yml'),
  key: join(here, 'id_ed25519'),
  publicKey: join(here, 'id_ed25519.pub'),
  knownHosts: join(here, 'known_hosts'),
  sshConfig: join(here, 'ssh_config'),
  inventory: join(here, 'inventory.yaml'),
} as const

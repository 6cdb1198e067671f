import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The directory of the lab's code; the files of the lab that has no name are generated here too. */
export const here = dirname(fileURLToPath(import.meta.url))
const root = process.getuid?.() === 0

/** The services of docker-compose.test.yml in order; `--nodes N` boots the first N. */
export const nodeNames = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'] as const

/** Where images are built from and what survives a `down`; PGHA_LAB_CACHE moves it. */
export const cacheDirectory =
  process.env['PGHA_LAB_CACHE'] ??
  (root ? '/var/cache/pgha-lab' : join(process.env['HOME'] ?? '/tmp', '.cache/pgha-lab'))

/** The Debian mirror that images are built from; PGHA_LAB_DEBIAN changes it. */
export const debianMirror = process.env['PGHA_LAB_DEBIAN'] ?? 'http://deb.debian.org/debian'

/** Absolute paths of what all labs of a checkout share. */
export const paths = {
  setup: join(here, 'setup.sh'),
  recipe: join(here, 'recipe'),
  recipeEl7: join(here, 'recipe-el7'),
  compose: join(here, '../../docker-compose.test.yml'),
} as const

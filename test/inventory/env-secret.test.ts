import { expect, it } from 'vitest'

import { mayBeSecret } from '../../src/inventory/env-secret.ts'
import { redact } from '../../src/shared/secret.ts'
import { changed, loadFiles } from './support.ts'

it.each([
  'S3cr3tPassw0rd',
  'hunter2hunter2',
  'kX9-7fQz2-mm',
  'p@ssword',
  'host=db password=x',
  'push --token abc %p',
  'postgres://user:x@host/db',
  'MTIzNDU2Nzg5MA==',
])('%s from the environment may be a secret', (value) => {
  expect(mayBeSecret(value)).toBe(true)
})

it.each([
  ...[
    '5432',
    'true',
    'on',
    'short#1',
    '198.18.1.11',
    '198.18.1.0/24',
    '198.18.1.11:8500',
    '1234567890',
    '900000ms',
  ],
  ...['postgres', 'cluster_pgsql_01', 'pg-02.eu-west-1.example.com', 'Europe.Moscow', 'main-cluster'],
  ...['/srv/postgresql/17/main', '~/.ssh/id_ed25519', '2026-11-22'],
])('%s from the environment is none', (value) => {
  expect(mayBeSecret(value)).toBe(false)
})

it('a secret for a setting is taken out of what is shown, and an address is not', () => {
  const env = { PUSH: 'push --key canary-9Zx %p', ADDRESS: '198.18.1.11' }
  const text = changed(
    ['max_connections: 400', 'archive_command: !env PUSH'],
    ['198.18.1.11', '!env ADDRESS'],
  )
  const { inventory } = loadFiles({ 'inventory.yaml': text }, { env })

  const shown = redact(JSON.stringify(inventory.hosts[0]?.vars))
  expect(shown).not.toContain('canary')
  expect(shown).toContain('198.18.1.11')
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { applyResources } from '../../src/engine/apply.ts'
import type { Event } from '../../src/engine/events.ts'
import { type Plan, planHost } from '../../src/engine/plan.ts'
import type { Resource } from '../../src/engine/resource.ts'
import { errorJson, errorText } from '../../src/report/error-text.ts'
import { palette } from '../../src/report/palette.ts'
import { planText } from '../../src/report/plan-text.ts'
import { Progress } from '../../src/report/progress.ts'
import type { FileState, FileWant } from '../../src/resources/file.ts'
import { openLog } from '../../src/shared/log.ts'
import { Secret } from '../../src/shared/secret.ts'
import { families, type Family, fullInventories, fullNode, hostsOf, wantedBy } from '../roles/support.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { failureOf } from '../support/failure.ts'

const plain = palette(false)

/** All secrets among the variables of a host. */
function secretsIn(value: unknown): readonly string[] {
  if (value instanceof Secret) return [value.reveal()]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(secretsIn)
}

async function siteOf(family: Family) {
  const hosts = hostsOf(fullInventories[family], [
    'ssh.password=canary-ssh-password',
    'ssh.sudo_password=canary-sudo-password',
    'ssh.passphrase=canary-passphrase',
    'patroni.rest_password="canary-rest \\"quoted\\" pass"',
    'patroni.rewind_password=canary-rewind',
    'consul.token=canary-consul-token',
  ])
  const wanted = await wantedBy(hosts, 'n1', family, fullNode)
  const secrets = [...new Set(hosts.flatMap(({ vars }) => secretsIn(vars)))]
  return { wanted, secrets }
}

/** Secrets, as they are and as base64, that occur in a text. */
function found(secrets: readonly string[], text: string): readonly string[] {
  const forms = secrets.flatMap((secret) => {
    const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '')
    return [secret, base64, JSON.stringify(secret).slice(1, -1)]
  })
  return forms.filter((form) => text.includes(form))
}

/** The wanted file as it was with other passwords, which this process has never seen. */
function formerState(want: FileWant, secrets: readonly string[]): FileState {
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  const content = forms.reduce(
    (text, form) => text.replaceAll(form, 'FORMER-secret'),
    `${want.content}# more\n`,
  )
  return { found: { type: 'file', mode: '0600', owner: 'root', group: 'root' }, sha256: 'other', content }
}

/** The plan of a node whose files hold former passwords, or which is bare. */
function planOf(wanted: readonly Resource[], secrets: readonly string[], isBare: boolean): Plan {
  const states = wanted.map(({ id, type, want }) => {
    const file = want as Partial<FileWant>
    const isFile = typeof file.path === 'string' && typeof file.content === 'string'
    return [
      id,
      isFile && !isBare ? formerState(file as FileWant, secrets) : type.parse('', [want])[0],
    ] as const
  })
  return { changes: planHost('n1', wanted, new Map(states)), hosts: 1, resources: wanted.length }
}

describe.each(families)('no secret of the inventory shows on %s', (family) => {
  it('there are secrets, and files hold them', async () => {
    const { wanted, secrets } = await siteOf(family)
    const contents = wanted.map(({ want }) => (want as Partial<FileWant>).content ?? '').join('\n')

    expect(secrets.length).toBeGreaterThan(8)
    expect(found(secrets, contents).length).toBeGreaterThan(5)
  })

  it.each([true, false])('in a plan, as text or JSON (bare node: %s)', async (isBare) => {
    const { wanted, secrets } = await siteOf(family)
    const plan = planOf(wanted, secrets, isBare)
    const shown = planText(plan, { title: 'pgha diff', hosts: 1, colors: plain })

    expect(shown).toContain('patroni.yml')
    expect(found(secrets, shown + JSON.stringify(plan))).toEqual([])
  })

  it('and none that a file on the node still holds from before', async () => {
    const { wanted, secrets } = await siteOf(family)
    const plan = planOf(wanted, secrets, false)
    const secretFiles = wanted.filter(
      ({ want }) => found(secrets, (want as Partial<FileWant>).content ?? '').length > 0,
    )

    expect(secretFiles.length).toBeGreaterThan(2)
    expect(JSON.stringify(plan)).not.toContain('FORMER')
  })

  it('in scripts, names of steps, progress, log or errors of an apply', async () => {
    const { wanted, secrets } = await siteOf(family)
    const node = recordingConnection((script) => {
      const nonce = /@([0-9a-f]{16}) end/.exec(script)?.[1]
      if (nonce === undefined) return { code: 0 }
      const sections = script.match(new RegExp(`@${nonce} \\d+`, 'g')) ?? []
      return sections.map((_, n) => `\n@${nonce} ${n}\n`).join('') + `\n@${nonce} end\n`
    }, 'n1')
    const events: Event[] = []
    const error = await failureOf(
      applyResources(node, wanted, { runId: 'r-1', emit: (event) => events.push(event) }),
    )
    const shown = [
      ...node.runs.map(({ script }) => script),
      ...progressOf(events),
      await loggedOf(events),
      errorText(error.with({ evidence: secrets }), plain),
      JSON.stringify(errorJson(error)),
    ]

    expect(events.length).toBeGreaterThan(20)
    expect(error.message).toContain('still differs')
    expect(found(secrets, shown.join('\n'))).toEqual([])
    const payloads = node.runs.flatMap((run) => run.payloads.map(({ content }) => content.toString()))
    expect(found(secrets, payloads.join('\n')).length).toBeGreaterThan(5)
  })
})

function progressOf(events: readonly Event[]): readonly string[] {
  const lines: string[] = []
  const progress = new Progress((line) => lines.push(line), plain)
  for (const event of events) progress.show(event)
  progress.stop()
  return lines
}

async function loggedOf(events: readonly Event[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-canary-'))
  const log = await openLog(join(folder, 'log'))
  for (const event of events) log.info(event)
  const text = readFileSync(join(folder, 'log'), 'utf8')
  rmSync(folder, { recursive: true })
  return text
}

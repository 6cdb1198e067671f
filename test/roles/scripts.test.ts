import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import type { Resource } from '../../src/engine/resource.ts'
import { probe } from '../../src/engine/probe.ts'
import { commandType } from '../../src/resources/command.ts'
import { fileType, type FileState, type FileWant } from '../../src/resources/file.ts'
import { linkType } from '../../src/resources/link.ts'
import { serviceType, type ServiceWant } from '../../src/resources/service/service.ts'
import type { ServiceState } from '../../src/resources/service/state.ts'
import { gatherFacts } from '../../src/facts/gather.ts'
import { loader } from '../../src/transport/loader.ts'
import { recordingConnection } from '../support/fake-connection.ts'
import { families, filesOf, fullInventories, fullNode, hostsOf, wantedBy } from './support.ts'

/** Every script that pgha runs on a node or puts there, by what it is for. */
async function allScripts(): Promise<ReadonlyMap<string, string>> {
  const scripts = new Map<string, string>([
    ['loader', loader({ shell: '/bin/sh', lockFile: '/run/pgha.lock', directories: ['/run'] })],
  ])
  for (const family of families) {
    const wanted = await wantedBy(hostsOf(fullInventories[family]), 'n1', family, fullNode)
    const recorded = recordingConnection(() => ({ stdout: '' }), 'n1')
    await gatherFacts(recorded, '198.18.1.100').catch(() => undefined)
    await probe(recorded, wanted).catch(() => undefined)
    for (const [n, { script }] of recorded.runs.entries()) scripts.set(`${family} reading ${n}`, script)
    for (const [name, script] of stepsOf(wanted)) scripts.set(`${family} ${name}`, script)
    for (const [path, { content, validate }] of filesOf(wanted)) {
      if (content.startsWith('#!/bin/sh')) scripts.set(`${family} ${path}`, content)
      if (validate !== undefined) scripts.set(`${family} validates ${path}`, validate)
    }
  }
  for (const [name, script] of rareSteps()) scripts.set(name, script)
  return scripts
}

/** The steps of each resource on a bare node. */
function stepsOf(wanted: readonly Resource[]): readonly (readonly [string, string])[] {
  return wanted.flatMap(({ id, type, want }) => {
    const [state] = type.parse('', [want])
    const difference = type.diff(want, state)
    if (difference === undefined) return []
    const steps = type.steps([{ want, state, difference }])
    return steps.map(({ script }, n) => [`${id} ${n}`, `PGHA_RUN=r-1\n${script}`] as const)
  })
}

/** Steps that no bare node needs. */
function rareSteps(): readonly (readonly [string, string])[] {
  const difference = { verb: 'update', summary: '' } as const
  const fileWant: FileWant = {
    ...{
      path: `/etc/it's "a" $file`,
      content: '',
      owner: 'root',
      group: 'root',
      mode: '0644',
      secret: false,
    },
    validate: `grep -q "it's" "$F"`,
  }
  const found = { type: 'file', mode: '0600', owner: 'root', group: 'root' } as const
  const files: readonly FileState[] = [
    { found, sha256: undefined, content: 'old' },
    { found, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', content: undefined },
    { found: { ...found, type: 'link' }, sha256: undefined, content: undefined },
  ]
  const service: ServiceWant = {
    ...{ unit: 'a.service', running: true, enabled: true, masked: false, mayRestart: true },
    folders: ['/etc/haproxy/conf.d'],
    reloadInputs: [{ path: fileWant.path, sha256: 'x' }],
    restartInputs: [],
  }
  const state = serviceType.parse('', [service])[0]
  if (state === undefined) throw new Error('no state')
  const up: ServiceState = { ...state, load: 'loaded', active: 'active', atBoot: 'enabled' }
  const services: readonly (readonly [Partial<ServiceWant>, Partial<ServiceState>])[] = [
    [{}, {}],
    [{}, { active: 'failed', atBoot: 'disabled' }],
    [{}, { programReplaced: true }],
    [{}, { isUnitStale: true }],
    [{ running: false, enabled: false }, {}],
    [{ running: false, enabled: false, masked: true }, {}],
  ]
  const command = { name: 'c', guard: `[ "it's" = x ]`, run: 'true' }
  const link = { path: `/etc/it's`, target: '$x' }
  return [
    ...files.map((one) => fileType.steps([{ want: fileWant, state: one, difference }])),
    ...services.map(([want, more]) =>
      serviceType.steps([{ want: { ...service, ...want }, state: { ...up, ...more }, difference }]),
    ),
    commandType.steps([{ want: command, state: false, difference }]),
    linkType.steps([{ want: link, state: 'absent', difference }]),
    linkType.steps([{ want: link, state: 'other', difference }]),
    [
      {
        what: 'reads',
        script: [fileType.probe([fileWant]), commandType.probe([command]), linkType.probe([link])].join('\n'),
      },
    ],
  ].flatMap((steps, n) => steps.map(({ what, script }) => [`rare ${n} ${what}`, script] as const))
}

/** What bash 4.2, coreutils 8.22 and systemd 219 of CentOS 7, or a POSIX shell, do not have. */
const missing: readonly (readonly [string, RegExp])[] = [
  ['systemctl show --value (systemd 230)', /systemctl.*--value/],
  ['systemctl enable --now (systemd 220)', /systemctl.*--now/],
  ['mktemp --suffix', /mktemp.*--suffix/],
  ['[[', /\[\[/],
  ['local', /^\s*local\s/m],
  ['function', /^\s*function\s/m],
  ['here strings', /<<</],
  ['stat --printf', /stat\s.*--printf/],
  ['sync FILE (coreutils 8.24)', /(^|[;&|(\s])sync\s+[^;&|)\s]/m],
  ['echo -e', /echo\s+-[neE]/],
  ['&> redirection', /&>/],
  ["$'...' quoting", /(^|[\s=])\$'/m],
  ['== in a test', /\[ [^\]]*[^=!]==[^=]/],
  ['arrays', /\w=\(/],
  ['${x//y} and ${x:n}', /\$\{\w+(\/|:\d)/],
  ['process substitution', /[<>]\([^(]/],
  ['read -d, -r -a, -p, -t', /\bread\s+(-r\s+)?-[dapt]/],
  ['head -c -N', /head\s+-c\s*-/],
]

describe('all scripts', () => {
  let scripts: ReadonlyMap<string, string>

  beforeAll(async () => {
    scripts = await allScripts()
  })

  it('are as many as there are things to do', () => {
    expect(scripts.size).toBeGreaterThan(60)
    expect([...scripts.keys()]).toEqual(
      expect.arrayContaining([
        'loader',
        'debian package haproxy 0',
        'el service patroni 1',
        'debian reading 1',
      ]),
    )
  })

  it.each(['dash', 'bash --posix'])('are read by %s', (shell) => {
    expect(syntaxErrors(shell, scripts)).toEqual([])
  })

  it.each(missing)('do without %s', (_, pattern) => {
    expect([...scripts].flatMap(([name, script]) => (pattern.test(script) ? [name] : []))).toEqual([])
  })
})

describe('the test of scripts', () => {
  it.each([
    ['dash', 'if true; then', 1],
    ['bash --posix', 'echo "', 1],
    ['dash', 'true', 0],
  ])('finds an error: %s reads %j', (shell, script, errors) => {
    expect(syntaxErrors(shell, new Map([['s', script]]))).toHaveLength(errors)
  })

  it.each([
    ['systemctl show --value (systemd 230)', 'systemctl show -p Id --value x'],
    ['[[', 'if [[ -e x ]]; then'],
    ['local', 'f() {\n  local x=1\n}'],
    ['sync FILE (coreutils 8.24)', 'mv a b && sync "$F"'],
    ['echo -e', 'echo -e "a\\n"'],
    ['== in a test', '[ "$a" == b ]'],
    ['head -c -N', 'head -c -1 x'],
  ])('knows %s', (name, script) => {
    expect(missing.find(([what]) => what === name)?.[1].test(script)).toBe(true)
  })
})

describe.each(families)('a reading that shares its shell with others on %s', (family) => {
  // Each has something to loop over, and nothing of them leaves this machine.
  const found = [
    `PGHA_HASHES='00  /etc/patroni/patroni.yml\n11  -'`,
    `PGHA_ACCOUNTS='root:x:0:0:root:/root:/bin/sh\nother:x:1:1::/:/bin/sh'`,
    `PGHA_ANSWERS='@200 http://198.18.1.11:8008/patroni'`,
    'for name in curl systemctl rpm yum setpriv; do eval "$name() { return 1; }"; done',
  ]

  it.each(['dash', 'bash'])('leaves it as it was: %s', async (shell) => {
    const wanted = await wantedBy(hostsOf(fullInventories[family]), 'n1', family, fullNode)
    const plain = [...new Set(wanted.map(({ type }) => type))].filter(({ isPlain }) => isPlain)
    const wantsOf = (one: (typeof plain)[number]) =>
      wanted.flatMap(({ type, want }) => (type === one ? [want] : []))
    const scripts = plain.map((type) => ({
      kind: type.kind,
      script: [
        ...found,
        'kept="$-|$IFS|$PWD"',
        `{\n${type.probe(wantsOf(type))}\n} >/dev/null 2>&1`,
        '[ "$-|$IFS|$PWD" = "$kept" ] && echo same',
      ].join('\n'),
    }))
    const changed = scripts.filter(
      ({ script }) => spawnSync(shell, ['-c', script], { encoding: 'utf8' }).stdout !== 'same\n',
    )

    expect(plain.length).toBeGreaterThan(6)
    expect(changed.map(({ kind }) => kind)).toEqual([])
  })
})

/** Scripts that a shell does not read, each with what it says. */
function syntaxErrors(shell: string, scripts: ReadonlyMap<string, string>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pgha-scripts-'))
  const names = [...scripts.keys()]
  for (const [n, name] of names.entries()) writeFileSync(join(folder, `${n}`), scripts.get(name) ?? '')
  const check = `for f in *; do out=$(${shell} -n "$f" 2>&1) || echo "$f $out"; done`
  const { stdout } = spawnSync('/bin/sh', ['-c', check], { cwd: folder, encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^\d+/, (n) => `${names[Number(n)] ?? ''}:`))
}

import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { faults } from '../../src/drill/faults/index.ts'
import { type Lab, up } from '../lab/lab.ts'
import { eventually, expectRun, pgha, program } from './support.ts'

// Short, since the test waits for it: the fault stays for `hold`, and the node heals itself `grace` later.
const [holdSeconds, graceSeconds] = [5, 8]

/** What a fault has left on a node: its way back, and its files. */
const remains = 'ls /run/pgha-drill/heal.sh /run/systemd/system/*.service.d/pgha-drill.conf 2>/dev/null'

/** Runs one fault of `pgha drill` and kills pgha as soon as it is injected. */
async function killedAfter(lab: Lab, fault: string): Promise<'killed' | 'not tested'> {
  const log = join(tmpdir(), `pgha-heals-${process.pid}-${fault}.ndjson`)
  const child = spawn(
    process.execPath,
    [
      ...[program, 'drill', '-i', lab.inventoryPath, '--yes', '--faults', fault, '--log-file', log],
      ...['--hold', String(holdSeconds), '--grace', String(graceSeconds)],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NO_COLOR: '1' } },
  )
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const came = async () => {
    const events = await readFile(log, 'utf8').catch(() => '')
    return events.includes(`${fault}: the fault came`)
  }
  while (child.exitCode === null) {
    if (await came()) {
      child.kill('SIGKILL')
      await ended
      return 'killed'
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await ended
  if (said.includes('not tested')) return 'not tested'
  throw new Error(`pgha ended before the fault came\n${said}`)
}

describe('every fault heals although pgha is killed right after it came', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await up({ flavor: 'debian13', kind: 'ready', nodes: 3 })
    await Promise.all(
      lab.nodes.map(({ name }) =>
        lab.exec(name, 'command -v nft || { apt-get -qq update && apt-get -qq install -y nftables; }'),
      ),
    )
    // Synchronous, so that the fault of the standby has a victim.
    await expectRun(0, lab, 'apply', '-e', 'profile=durable', '--yes')
  })

  it.each(faults.map(({ id }) => id))('%s', async (fault) => {
    const ended = await killedAfter(lab, fault)
    if (ended === 'not tested') {
      console.log(`${fault}: not tested here`)
      return
    }
    const killedMs = Date.now()
    await eventually(180, async () => ((await pgha(lab, 'verify')).code === 0 ? true : undefined))
    const wholeSeconds = (Date.now() - killedMs) / 1000
    // What is over at once is left to the cluster for its 60 s before the node steps in.
    await eventually(120, async () => {
      const left = await Promise.all(lab.nodes.map(({ name }) => lab.exec(name, remains)))
      return left.every(({ stdout }) => stdout.trim() === '') ? true : undefined
    })
    console.log(`${fault}: whole ${wholeSeconds.toFixed(1)} s after pgha was killed, without it`)
    expect(wholeSeconds).toBeLessThan(180)
  })
})

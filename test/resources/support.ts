import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'

import { applyResources } from '../../src/engine/apply.ts'
import { type Change, planHost } from '../../src/engine/plan.ts'
import { probe } from '../../src/engine/probe.ts'
import type { Resource, ResourceType } from '../../src/engine/resource.ts'
import type { Connection, RunOptions } from '../../src/transport/connection.ts'
import { type ShellOptions, shellConnection } from '../support/fake-connection.ts'

/** Whoever runs the tests: the only owner that a file can be given without being root. */
export const me = {
  owner: userInfo().username,
  group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim(),
} as const

export const runId = '20261122T184500-3f2a'

/** A folder that stands for a node: what pgha keeps in /var lies below it, and so do programs that scripts may call. */
export interface Sandbox {
  readonly root: string
  /** Scripts that were run, the reading ones included. */
  readonly scripts: readonly string[]
  readonly connection: Connection
  path(name: string): string
  /** Text in a file, made with its folders. */
  write(name: string, content: string | Buffer, mode?: number): string
  /** A program that shadows the machine's own, as lines of sh. */
  program(name: string, ...lines: readonly string[]): void
  /** What lies in a folder. */
  list(name: string): readonly string[]
  plan(resources: readonly Resource[]): Promise<readonly Change[]>
  apply(resources: readonly Resource[]): Promise<readonly Change[]>
  close(): Promise<void>
}

export function sandbox(shell: NonNullable<ShellOptions['shell']>): Sandbox {
  const root = mkdtempSync(join(tmpdir(), 'pgha-node-'))
  const inner = shellConnection({ shell, host: 'n1' })
  const scripts: string[] = []
  const path = (name: string) => join(root, name)
  const connection: Connection = {
    ...inner,
    run(script: string, options?: RunOptions) {
      scripts.push(script)
      return inner.run(`PATH=${root}/programs:$PATH\n${below(root, script)}`, options)
    },
  }
  const write = (name: string, content: string | Buffer, mode = 0o644) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), content)
    chmodSync(path(name), mode)
    return path(name)
  }
  return {
    root,
    scripts,
    connection,
    path,
    write,
    program(name, ...lines) {
      write(`programs/${name}`, ['#!/bin/sh', ...lines, ''].join('\n'), 0o755)
    },
    list: (name) => (existsSync(path(name)) ? readdirSync(path(name)).toSorted() : []),
    plan: async (resources) => planHost('n1', resources, await probe(connection, resources)),
    apply: (resources) => applyResources(connection, resources, { runId, emit: () => undefined }),
    async close() {
      await connection.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** The folders of the node that pgha writes to by name. */
const ours = /\/var\/(backups\/pgha|lib\/pgha|log\/pgha-packages\.log)/g

/** Where the kernel says that SELinux is on: a node has it when a test writes this file. */
const selinux = /\/sys\/fs\/selinux\/enforce/g

/** A script with these folders below `root`. */
export function below(root: string, script: string): string {
  return script.replaceAll(ours, `${root}/var/$1`).replaceAll(selinux, `${root}/sys/fs/selinux/enforce`)
}

/** The script of a plan that has one step, for types whose steps are only read here. */
export function scriptOf<Want, State>(type: ResourceType<Want, State>, want: Want, state: State): string {
  const difference = type.diff(want, state)
  if (difference === undefined) throw new Error('nothing is to do')
  const steps = type.steps([{ want, state, difference }])
  return steps.map((step) => step.script).join('\n')
}

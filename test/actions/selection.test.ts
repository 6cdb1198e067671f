import { describe, expect, it } from 'vitest'

import { refuseDisruption } from '../../src/actions/refuse-disruption.ts'
import { checkTags, selectResources } from '../../src/actions/selection.ts'
import { roleOf } from '../../src/engine/resource.ts'
import { InputError } from '../../src/shared/errors.ts'
import { thing } from '../engine/support.ts'
import { families, fullInventories, fullNode, hostsOf, wantedBy } from '../roles/support.ts'

const wanted = [
  { ...thing('config'), tags: ['haproxy', 'patroni'] },
  { ...thing('member'), tags: ['patroni'] },
  { ...thing('agent'), tags: ['consul', 'dcs'] },
]

describe('tags select', () => {
  it.each([
    ['everything when none is named', [], [], ['config', 'member', 'agent']],
    ['what has one of them', ['haproxy'], [], ['config']],
    ['what has any of several', ['haproxy', 'dcs'], [], ['config', 'agent']],
    ['not what is to be skipped', [], ['patroni'], ['agent']],
    ['not what is to be skipped although it is named', ['patroni'], ['haproxy'], ['member']],
    ['nothing when all is skipped', ['haproxy'], ['patroni'], []],
  ])('%s', (_, tags, skipTags, names) => {
    expect(selectResources(wanted, { tags, skipTags }).map(({ id }) => id)).toEqual(
      names.map((name) => `thing ${name}`),
    )
  })
})

describe.each(families)('on %s, the tag patroni', (family) => {
  const rolesOf = async (...skipTags: readonly string[]) => {
    const all = await wantedBy(hostsOf(fullInventories[family]), 'n1', family, fullNode)
    return [...new Set(selectResources(all, { tags: ['patroni'], skipTags }).map(roleOf))]
  }

  it('is the whole cluster', async () => {
    expect(await rolesOf()).toEqual(['postgres', 'patroni', 'haproxy', 'alerts', 'keepalived'])
  })

  it('is Patroni alone without the tags of the others', async () => {
    expect(await rolesOf('postgres', 'haproxy', 'keepalived')).toEqual(['patroni'])
  })
})

describe('tags that select nothing', () => {
  const problemsOf = (tags: readonly string[], skipTags: readonly string[] = []) => {
    try {
      checkTags({ tags, skipTags })
    } catch (thrown) {
      if (thrown instanceof InputError) return thrown.problems
      throw thrown
    }
    return []
  }

  it('are refused all at once, with the nearest that is known', () => {
    expect(problemsOf(['haproxi', 'patroni'], ['keepalive'])).toEqual([
      { message: '--tags: nothing has the tag "haproxi"', hint: 'did you mean "haproxy"?' },
      { message: '--skip-tags: nothing has the tag "keepalive"', hint: 'did you mean "keepalived"?' },
    ])
  })

  it('are refused with all that are known when none is near', () => {
    expect(problemsOf(['zzz'])[0]?.hint).toMatch(/haproxy.*patroni/)
  })

  it('are no complaint when they are none', () => {
    expect(problemsOf(['haproxy', 'dcs', 'repositories'], ['consul'])).toEqual([])
  })
})

describe('a disruption', () => {
  it.each([
    ['none', 'none', true],
    ['reload', 'switchover', true],
    ['reload', 'reload', true],
    ['restart-service', 'reload', false],
    ['switchover', 'rolling-restart', false],
  ] as const)('of %s under --max-disruption %s is allowed: %s', (needed, allowed, isAllowed) => {
    const refuse = () => {
      refuseDisruption(needed, allowed)
    }
    if (isAllowed) expect(refuse).not.toThrow()
    else expect(refuse).toThrow(`this needs a disruption of "${needed}", and --max-disruption is ${allowed}`)
  })
})

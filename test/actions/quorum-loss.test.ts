import { describe, expect, it } from 'vitest'

import { quorumLoss } from '../../src/actions/quorum-loss.ts'

const peer = (name: string, isAlive = true) => ({ name, isVoter: true, isAlive })
const peers = (...names: readonly string[]) =>
  names.map((name) => peer(name.replace('!', ''), !name.endsWith('!')))
const living = (name: string, isForced = false) => ({ name, isLost: false, isForced })
const lost = (name: string, isForced = false) => ({ name, isLost: true, isForced })

describe('what the DCS can spare', () => {
  it.each([
    ['one of three', peers('a', 'b', 'c'), [living('c')], ['a', 'b']],
    ['one of four', peers('a', 'b', 'c', 'd'), [living('d')], ['a', 'b', 'c']],
    ['two of five', peers('a', 'b', 'c', 'd', 'e'), [living('d'), living('e')], ['a', 'b', 'c']],
    ['a dead one of three', peers('a', 'b', 'c!'), [lost('c')], ['a', 'b']],
    ['a dead one that is replaced', peers('a', 'b', 'c!'), [lost('c')], ['a', 'b', 'd']],
    [
      'a dead and a living one, both replaced',
      peers('a', 'b', 'c!'),
      [living('b'), lost('c')],
      ['a', 'd', 'e'],
    ],
    ['two living ones that are replaced', peers('a', 'b', 'c'), [living('b'), living('c')], ['a', 'd', 'e']],
    ['one that is no peer any more', peers('a', 'b'), [living('c')], ['a', 'b']],
    ['two of three when both are named', peers('a', 'b', 'c'), [living('b', true), living('c', true)], ['a']],
  ])('%s', (_, now, leaving, staying) => {
    expect(quorumLoss({ peers: now, leaving, staying })).toEqual([])
  })

  it('not two of three', () => {
    const leaving = [living('b'), living('c')]
    expect(quorumLoss({ peers: peers('a', 'b', 'c'), leaving, staying: ['a'] })).toEqual([
      'without b and c 1 of 3 servers of the DCS would be left: less than their quorum',
    ])
  })

  it('not a living one while another is dead', () => {
    expect(quorumLoss({ peers: peers('a', 'b', 'c!'), leaving: [living('b')], staying: ['a', 'c'] })).toEqual(
      ['without b 1 of 2 servers of the DCS live, which is no majority'],
    )
  })

  it('nobody while there is no majority to agree on it, whoever is named', () => {
    expect(
      quorumLoss({ peers: peers('a', 'b!', 'c!'), leaving: [lost('b', true)], staying: ['a', 'c'] }),
    ).toEqual(['1 of 3 servers of the DCS live: nobody can be removed now'])
  })

  it('not one that is out of reach and alive: it would come back', () => {
    expect(quorumLoss({ peers: peers('a', 'b', 'c'), leaving: [lost('c')], staying: ['a', 'b'] })).toEqual([
      'c cannot be reached over SSH, but it is alive in Consul (or has died just now)',
    ])
  })
})

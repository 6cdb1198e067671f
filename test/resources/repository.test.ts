import { describe, expect, it } from 'vitest'

import type { FileWant } from '../../src/resources/file.ts'
import { keyPath, repository, repositoryType } from '../../src/resources/repository.ts'

const line =
  'deb [signed-by=/etc/apt/keyrings/pgdg.asc] https://apt.postgresql.org/pub/repos/apt trixie-pgdg main\n'
const deb822 = 'Types: deb\nURIs: https://apt.postgresql.org/pub/repos/apt\nSuites: trixie-pgdg\n'

describe('a repository', () => {
  it.each([
    ['debian', 'one line', line, '/etc/apt/sources.list.d/pgdg.list'],
    ['debian', 'a comment before its line', `# PGDG\n${line}`, '/etc/apt/sources.list.d/pgdg.list'],
    ['debian', 'deb-src', line.replace('deb', 'deb-src'), '/etc/apt/sources.list.d/pgdg.list'],
    ['debian', 'deb822 paragraphs', deb822, '/etc/apt/sources.list.d/pgdg.sources'],
    ['el', 'a section', '[pgdg]\nname=pgdg\n', '/etc/yum.repos.d/pgdg.repo'],
  ] as const)('on %s with %s is the file that its tools read', (family, _, definition, path) => {
    const [wanted, ...others] = repository(family, { name: 'pgdg', definition })

    expect(wanted).toMatchObject({ id: 'repository pgdg', phase: 'prepare' })
    expect(wanted?.want).toMatchObject({
      path,
      content: definition,
      owner: 'root',
      mode: '0644',
      secret: false,
    })
    expect(others).toEqual([])
  })

  it.each(['debian', 'el'] as const)(
    'on %s has its key before it, so that no list is fetched unsigned',
    (family) => {
      const wanted = repository(family, { name: 'pgdg', definition: line, key: 'PGP KEY' })

      expect(wanted.map(({ id, phase }) => [id, phase])).toEqual([
        [`file ${keyPath(family, 'pgdg')}`, 'prepare'],
        ['repository pgdg', 'prepare'],
      ])
      expect((wanted[0]?.want as FileWant).content).toBe('PGP KEY')
    },
  )

  it('is shown as it will be, before and after', () => {
    const want = repository('debian', { name: 'pgdg', definition: line })[0]?.want as FileWant

    expect(
      repositoryType.diff(want, { found: undefined, sha256: undefined, content: undefined }),
    ).toMatchObject({ verb: 'create', text: { before: '', after: line } })
  })
})

import { describe, expect, it } from 'vitest'

import { problemsOf } from '../inventory/support.ts'
import { contentOf, type Family, hostsOf, inventory, wantedBy } from './support.ts'

const resources = (install: string, family: Family = 'debian') =>
  wantedBy(hostsOf(inventory('', `    install: ${install}`)), 'n1', family)

describe('Patroni', () => {
  it.each([
    ['debian', ['package python3-venv', 'package curl', 'python-venv /opt/patroni']],
    ['el', ['package python3', 'package curl', 'python-venv /opt/patroni']],
  ] as const)(
    'by pip lives in an environment of its own on %s, and its unit there',
    async (family, expected) => {
      const found = await resources('{ method: pip }', family)
      const ids = found.map(({ id }) => id)
      expect(ids).toEqual(expect.arrayContaining([...expected]))
      expect(ids).not.toContain('package patroni')
      expect(contentOf(found, '/patroni.service')).toContain(
        'ExecStart=/opt/patroni/bin/patroni /etc/patroni/patroni.yml',
      )
    },
  )

  it('by git is one commit of the repository, and pinned packages beside it', async () => {
    const found = await resources('{ method: git, git: { ref: v4.0.7 } }')
    expect(found.map(({ id }) => id)).toContain('package git')
    expect(found.find(({ id }) => id === 'python-venv /opt/patroni')?.want).toMatchObject({
      requirements: [
        'patroni[consul] @ git+https://github.com/patroni/patroni.git@v4.0.7',
        'psycopg2-binary==2.9.10',
      ],
    })
  })

  it('by git from a folder of the node is in the form that old versions of pip take, too', async () => {
    const found = await resources('{ method: git, git: { url: "file:///srv/patroni.git", ref: v4.0.7 } }')
    expect(found.find(({ id }) => id === 'python-venv /opt/patroni')?.want).toMatchObject({
      requirements: ['git+file:///srv/patroni.git@v4.0.7#egg=patroni[consul]', 'psycopg2-binary==2.9.10'],
    })
  })

  it.each([
    ['{ method: git }', 'method git needs git.ref'],
    ['{ method: pip, requirements: [patroni] }', 'expected a pinned package of Python'],
  ])('with %s is refused', (install, message) => {
    const problems = problemsOf({ 'inventory.yaml': inventory('', `    install: ${install}`) })
    expect(problems.join('\n')).toContain(message)
  })
})

import { keepLogins, takeBackLogins } from '../resources/ssh/revert.ts'
import { messageOf, PghaError } from '../shared/errors.ts'
import type { SurveyedNode } from './survey.ts'

/** Logs in anew where logins were changed, while the old connection is still there; without success all is taken back. */
export async function proveLogin(node: SurveyedNode): Promise<void> {
  const { connection, host } = node
  try {
    const second = await node.connectAgain()
    await second.close()
  } catch (thrown) {
    await connection.run(takeBackLogins)
    throw lockedOut(node, thrown)
  }
  const { code } = await connection.run(keepLogins)
  if (code === 0) return
  throw new PghaError('failed', 'the node took the changes to SSH back before a new login was proved', {
    host: host.name,
    hint: 'the login took longer than a minute; run apply again when the node is less busy',
  })
}

function lockedOut({ host }: SurveyedNode, thrown: unknown): PghaError {
  const source = host.sourceOf(['sshd'])
  return new PghaError('failed', 'no new login works with these settings of SSH; they were taken back', {
    host: host.name,
    evidence: [messageOf(thrown)],
    hint: 'correct the section sshd, or ssh if pgha itself has to log in another way from now on',
    cause: thrown,
    ...(source === undefined ? {} : { source }),
  })
}

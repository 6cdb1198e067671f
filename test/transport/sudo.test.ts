import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Helper } from '../../src/transport/helper.ts'
import { loader } from '../../src/transport/loader.ts'
import { sh } from '../../src/transport/shell.ts'
import { asRoot } from '../../src/transport/sudo.ts'
import { failureOf } from '../support/failure.ts'
import { localPipe } from '../support/local-pipe.ts'

// Asks three times as sudo does; every password it read is a line of `tried`.
const fakeSudo = `#!/bin/sh
mode=$1; shift
if [ "$mode" = -n ]; then shift; [ -e "$0.nopasswd" ] && exec "$@"; echo 'sudo: a password is required' >&2; exit 1; fi
prompt=$2; shift 3
echo 'We trust you have received the usual lecture' >&2
[ -e "$0.nopasswd" ] && exec "$@"
for attempt in 1 2 3; do
  printf %s "$prompt" >&2
  IFS= read -r password || { echo 'sudo: no password was provided' >&2; exit 1; }
  echo "$password" >>"$0.tried"
  [ "$password" = 'pass word' ] && exec "$@"
  echo 'Sorry, try again.' >&2
done
exit 1
`

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pgha-sudo-'))
  writeFileSync(join(directory, 'sudo'), fakeSudo)
  chmodSync(join(directory, 'sudo'), 0o755)
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

const allowWithoutPassword = () => {
  writeFileSync(join(directory, 'sudo.nopasswd'), '')
}
const tried = () =>
  existsSync(join(directory, 'sudo.tried')) ? readFileSync(join(directory, 'sudo.tried'), 'utf8') : ''

function start(sudoPassword?: string): Promise<Helper> {
  const text = loader({ shell: '/bin/sh', lockFile: join(directory, 'lock'), directories: [directory] })
  const pipe = localPipe('/bin/sh', ['-c', asRoot(`/bin/sh -c ${sh(text)}`, 'admin', sudoPassword)], {
    PATH: `${directory}:/usr/bin:/bin`,
  })
  return Helper.start(pipe, {
    host: 'n1',
    user: 'admin',
    uid: process.getuid?.() ?? 0,
    timeoutMs: 5000,
    ...(sudoPassword === undefined ? {} : { sudoPassword }),
  })
}

describe('sudo', () => {
  it('is not used by root', () => {
    expect(asRoot('id', 'root', 'secret')).toBe('id')
  })

  it('never has the password in its command line', () => {
    expect(asRoot('id', 'admin', 'canary')).not.toContain('canary')
  })

  it('gets the password', async () => {
    const helper = await start('pass word')

    expect((await helper.run('echo hi; cat')).stdout).toBe('hi\n')
    expect(tried()).toBe('pass word\n')
    await helper.close()
  })

  it.each([undefined, 'pass word'])('needs none where NOPASSWD is set (given: %s)', async (password) => {
    allowWithoutPassword()
    const helper = await start(password)

    expect((await helper.run('echo hi; cat')).stdout).toBe('hi\n')
    expect(tried()).toBe('')
    await helper.close()
  })

  it('tries a wrong password once', async () => {
    const error = await failureOf(start('wrong'))

    expect(error.message).toBe('sudo of admin@n1 refused the password; it was tried once')
    expect(error.context.hint).toContain('ssh.sudo_password')
    expect(tried()).toBe('wrong\n')
  })

  it('says that a password is needed', async () => {
    const error = await failureOf(start())

    expect(error.message).toBe('admin@n1 cannot become root: sudo asks for a password')
    expect(error.context.hint).toContain('NOPASSWD')
    expect(error.context.evidence).toEqual(['sudo: a password is required'])
  })

  it.each([
    ['admin is not in the sudoers file.', 'sudo does not allow it', '/etc/sudoers.d'],
    ['Sorry, user admin may not run sudo on n1.', 'sudo does not allow it', '/etc/sudoers.d'],
    [
      "Sorry, user admin is not allowed to execute '/bin/sh' as root on n1.",
      'sudo does not allow it',
      '/etc/sudoers.d',
    ],
    ['sudo: sorry, you must have a tty to run sudo', 'sudo demands a terminal', '!requiretty'],
    ['env: ‘sudo’: No such file or directory', 'sudo is not installed', 'install sudo'],
    ["env: 'sudo': No such file or directory", 'sudo is not installed', 'install sudo'],
  ])('explains %j', async (stderr, reason, hint) => {
    writeFileSync(join(directory, 'sudo'), `#!/bin/sh\necho ${sh(stderr)} >&2\nexit 1\n`)
    const error = await failureOf(start('pass word'))

    expect(error.message).toBe(`admin@n1 cannot become root: ${reason}`)
    expect(error.context.hint).toContain(hint)
    expect(error.context.evidence).toEqual([stderr])
  })
})

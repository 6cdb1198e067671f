import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decryptVault, isVault } from '../../../src/inventory/ansible/vault.ts'
import { Secret } from '../../../src/shared/secret.ts'

// From Ansible's own tests (test/units/parsing/vault), password "ansible".
const published = `$ANSIBLE_VAULT;1.1;AES256
62303130653266653331306264616235333735323636616539316433666463323964623162386137
3961616263373033353631316333623566303532663065310a393036623466376263393961326530
64336561613965383835646464623865663966323464653236343638373165343863623638316664
3631633031323837340a396530313963373030343933616133393566366137363761373930663833
3739`

const labelled = readFileSync(
  'test/inventory/ansible/fixtures/vault/host_vars/DB_3.example.com/vault.yml',
  'utf8',
)

const secret = (text: string): Secret => new Secret(text)

describe('ansible-vault', () => {
  it('decrypts the published vector', () => {
    expect(decryptVault(published, [secret('ansible')])).toEqual({ ok: true, text: 'foo\n' })
  })

  it('decrypts format 1.2, whatever the label', () => {
    expect(labelled).toContain('$ANSIBLE_VAULT;1.2;AES256;prod')
    const decrypted = decryptVault(labelled, [secret('correct horse')])
    expect(decrypted.ok && decrypted.text).toContain('keepalived_priority: 200')
  })

  it('tries one password after the other', () => {
    expect(decryptVault(published, [secret('wrong'), secret('ansible')]).ok).toBe(true)
  })

  it('takes indented text with Windows line ends', () => {
    const text = `  ${published.replaceAll('\n', '\r\n      ')}\r\n`
    expect(isVault(text)).toBe(true)
    expect(decryptVault(text, [secret('ansible')]).ok).toBe(true)
  })

  const damaged = 'a damaged text of ansible-vault'
  it.each([
    ['no password', published, [], 'encrypted by ansible-vault, and there is no password'],
    ['a wrong password', published, [secret('wrong')], 'encrypted by ansible-vault, with another password'],
    [
      'a changed byte',
      published.replace(/3739$/, '3839'),
      [secret('ansible')],
      'encrypted by ansible-vault, with another password',
    ],
    ['a missing line', published.split('\n').slice(0, 3).join('\n'), [secret('ansible')], damaged],
    ['no hex', '$ANSIBLE_VAULT;1.1;AES256\nxyz', [secret('ansible')], damaged],
    ['nothing but the head', '$ANSIBLE_VAULT;1.1;AES256', [secret('ansible')], damaged],
    [
      'format 1.0',
      '$ANSIBLE_VAULT;1.0;AES\n00',
      [secret('ansible')],
      'a format of ansible-vault that pgha does not know; 1.1 and 1.2 it does',
    ],
    [
      'another cipher',
      '$ANSIBLE_VAULT;1.1;ROT13\n00',
      [secret('ansible')],
      'a cipher of ansible-vault that pgha does not know',
    ],
  ])('says what is wrong with %s', (_, text, passwords, message) => {
    expect(decryptVault(text, passwords)).toEqual({ ok: false, message })
  })

  it.skipIf(!hasAnsible())('decrypts what ansible-vault encrypts here', () => {
    const vault = ['--vault-password-file', 'test/inventory/ansible/fixtures/vault/password.txt']
    const input = 'päss "word"\n'
    const encrypted = execFileSync('ansible-vault', ['encrypt', ...vault, '--output', '-', '-'], {
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    expect(decryptVault(encrypted.toString(), [secret('correct horse')])).toEqual({ ok: true, text: input })
  })
})

function hasAnsible(): boolean {
  try {
    execFileSync('ansible-vault', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

import { resource, type Resource, type ResourceType, type Step } from '../engine/resource.ts'
import { sh } from '../transport/shell.ts'
import { sha256 } from './hash.ts'
import { relabelTree } from './relabel.ts'
import { assertPath } from './stat.ts'

/** A package of Python as a file, by the name that pip reads its version from. */
export interface Wheel {
  readonly name: string
  readonly content: Buffer
}

export interface PythonVenvWant {
  readonly path: string
  /** As pip takes them, each pinned: `patroni[consul]==4.0.7`. */
  readonly requirements: readonly string[]
  /** A program that it must hold afterwards. */
  readonly program: string
  /** All that is installed comes from these; without them pip asks an index. */
  readonly wheels: readonly Wheel[]
  /** Address of the index; may hold a login. */
  readonly index?: string
}

/** The hash of what the environment was made from; undefined when it is not there or not whole. */
export type PythonVenvState = string | undefined

/** Python packages in a folder of their own, beside those of the distribution. */
export function pythonVenv(want: PythonVenvWant): Resource {
  return resource(pythonVenvType, assertPath(want.path), want)
}

export const pythonVenvType: ResourceType<PythonVenvWant, PythonVenvState> = {
  kind: 'python-venv',
  probe: (wants) =>
    wants
      .map(
        ({ path, program }, index) =>
          `[ -x ${sh(`${path}/bin/${program}`)} ] && read -r hash 2>/dev/null <${sh(`${path}/.pgha`)} && echo "V|${index}|$hash"`,
      )
      .join('\n'),
  parse: (printed, wants) =>
    wants.map((_, index) => new RegExp(`^V\\|${index}\\|([0-9a-f]{64})$`, 'm').exec(printed)?.[1]),
  diff(want, state) {
    if (state === hashOf(want)) return undefined
    return { verb: state === undefined ? 'install' : 'update', summary: want.requirements.join(', ') }
  },
  steps: (todo) => todo.map(({ want }) => stepOf(want)),
}

function hashOf({ requirements, wheels }: PythonVenvWant): string {
  return sha256(
    JSON.stringify([requirements, wheels.map(({ name, content }) => [name, content.toString('base64')])]),
  )
}

// The record comes last: what a crash left half done is done again.
function stepOf(want: PythonVenvWant): Step {
  const { path, requirements, wheels, index } = want
  const words = requirements.map(sh).join(' ')
  return {
    what: `pip install ${requirements.join(' ')}`,
    timeoutMs: 1_800_000,
    script: [
      'umask 022',
      `[ ! -e ${sh(path)} ] || [ -e ${sh(`${path}/pyvenv.cfg`)} ] || { echo ${sh(`${path} is something else; move it away first`)} >&2; exit 91; }`,
      'log=/var/log/pgha-packages.log; : >>"$log" && chmod 0600 "$log"',
      'fail() { code=$?; tail -n 15 "$log" >&2; exit $code; }',
      `rm -f ${sh(`${path}/.pgha`)}`,
      `python3 -m venv ${sh(path)} >>"$log" 2>&1 || fail`,
      'mkdir "$PGHA_DIR/wheels" || exit',
      ...wheels.map(
        ({ name }, place) => `mv "$PGHA_DIR/wheel-${place}" "$PGHA_DIR/wheels/"${sh(name)} || exit`,
      ),
      // By the environment: arguments can be read by everybody on the node.
      ...(index === undefined ? [] : ['PIP_INDEX_URL=$(cat "$PGHA_DIR/index"); export PIP_INDEX_URL']),
      // Without --force-reinstall another commit of the same version would pass for installed.
      `${sh(`${path}/bin/pip`)} --disable-pip-version-check --no-input install --force-reinstall ${wheels.length === 0 ? '' : '--no-index --find-links "$PGHA_DIR/wheels" '}${words} >>"$log" 2>&1 || fail`,
      `${relabelTree(path)} >>"$log" 2>&1 || fail`,
      `echo ${hashOf(want)} >${sh(`${path}/.pgha`)}`,
    ].join('\n'),
    payloads: [
      ...wheels.map(({ content }, place) => ({ name: `wheel-${place}`, content })),
      ...(index === undefined ? [] : [{ name: 'index', content: Buffer.from(index) }]),
    ],
  }
}

// The floors of ARCHITECTURE.md as data: a folder of src/ may import the folders in its list, and itself.
const mayImport = {
  shared: [],
  transport: ['shared'],
  inventory: ['shared'],
  render: ['shared'],
  engine: ['shared', 'transport'],
  facts: ['shared', 'transport'],
  resources: ['shared', 'transport', 'engine'],
  roles: ['shared', 'inventory', 'facts', 'engine', 'resources'],
  cluster: ['shared', 'inventory', 'transport'],
  drill: ['shared', 'transport', 'cluster'],
  actions: [
    ...['shared', 'inventory', 'render', 'facts', 'transport', 'engine', 'resources', 'roles', 'cluster'],
    'drill',
  ],
  report: ['shared', 'engine', 'cluster', 'drill'],
  cli: ['shared', 'engine', 'actions', 'report'],
}

const floors = Object.entries(mayImport).map(([folder, below]) => ({
  name: `${folder}-imports-only-floors-below`,
  comment: `src/${folder} may import: ${[folder, ...below].join(', ')}. See the table in ARCHITECTURE.md.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...below].join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...floors,
    {
      name: 'no-cycles',
      comment: 'A cycle of files has no first page to read.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'roles-only-see-values',
      comment: 'A role cannot reach a host, so that it is testable as a value.',
      severity: 'error',
      from: { path: '^src/(roles|resources|report)/' },
      to: { path: '^(node_modules/(ssh2|pg|yargs)/|(node:)?(net|http|https|child_process)$)' },
    },
    {
      name: 'ssh2-only-in-transport',
      comment: 'One folder knows SSH.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/transport/' },
      to: { path: 'node_modules/ssh2' },
    },
    {
      name: 'yargs-only-in-cli',
      comment: 'One folder knows flags.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: 'node_modules/yargs' },
    },
    { name: 'no-orphans-to-missing', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}

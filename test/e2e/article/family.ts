import type { Lab } from '../../lab/lab.ts'

/** What somebody did to a node by hand, and what `diff` has to find of it, and nothing else. */
export interface RoleDrift {
  readonly role: string
  readonly node: string
  readonly command: string
  readonly found: readonly string[]
}

/** What the article's servers are called, hold and lack on one family of distributions. */
export interface ArticleFamily {
  /** Lines of the inventory below `vars:`: where packages come from. */
  readonly vars: readonly string[]
  /** Lines below `zabbix_agent:`. */
  readonly zabbix: readonly string[]
  /** Runs on a node before the first apply. */
  readonly prepare: (lab: Lab) => Promise<string>
  readonly drifts: readonly RoleDrift[]
  /** The file that decides about logins. */
  readonly sshdFile: string
  readonly chronyUnit: string
  /** Kinds of resources that the tag `software` selects. */
  readonly software: readonly string[]
  /** The same of `zabbix`. */
  readonly agent: readonly string[]
}

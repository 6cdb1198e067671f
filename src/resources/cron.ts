import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { type FileState, fileType, type FileWant } from './file.ts'

export interface CronJob {
  /** Names its file in /etc/cron.d. */
  readonly name: string
  /** Five fields: minute, hour, day, month, weekday. */
  readonly schedule: string
  readonly user: string
  readonly command: string
  /** A line above it: what the job is for. */
  readonly comment: string
}

/** A job in a file of its own in /etc/cron.d, which cron reads again by itself within a minute. */
export function cronJob({ name, schedule, user, command, comment }: CronJob): Resource {
  // cron passes over files whose names have dots, without a word.
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new Error(`cron would not read a file named ${name}`)
  const want: FileWant = {
    path: `/etc/cron.d/${name}`,
    // A % would end the command and begin its stdin.
    content: `# Written by pgha. ${comment}\n${schedule} ${user} ${command.replaceAll('%', '\\%')}\n`,
    owner: 'root',
    group: 'root',
    mode: '0644',
    secret: false,
  }
  return resource(cronType, name, want)
}

export const cronType: ResourceType<FileWant, FileState> = { ...fileType, kind: 'cron' }

import { resource, type Resource, type ResourceType } from '../engine/resource.ts'
import { type FileState, fileType, type FileWant } from './file.ts'

/** A systemd unit of our own in /etc/systemd/system; systemd reads its units again only when one changed. */
export function unit(name: string, content: string, validate?: string): Resource {
  const want: FileWant = {
    path: unitPath(name),
    content,
    owner: 'root',
    group: 'root',
    mode: '0644',
    secret: false,
    ...(validate === undefined ? {} : { validate }),
  }
  return resource(unitType, name, want)
}

export function unitPath(name: string): string {
  return `/etc/systemd/system/${name}`
}

/** A crash between the file and the `daemon-reload` is seen by the service, which asks systemd anyway. */
export const unitType: ResourceType<FileWant, FileState> = {
  ...fileType,
  kind: 'unit',
  together: true,
  steps: (todo) => [
    ...fileType.steps(todo),
    { what: 'systemctl daemon-reload', script: 'systemctl daemon-reload' },
  ],
}

import { type Check, finding, firstGiven, onEachHost, runs } from './check.ts'

// PostgreSQL's default, and Patroni's.
const defaultMaxConnections = 100

/** Beyond max_connections PostgreSQL refuses clients that HAProxy could have let wait. */
export const connectionsFit: Check = onEachHost((host) => {
  const { haproxy, postgresql } = host.vars
  if (!runs(host, 'haproxy') || !haproxy || !postgresql) return []
  const allowed = Number(postgresql.parameters['max_connections'] ?? defaultMaxConnections)
  if (!(haproxy.server_maxconn > allowed)) return []
  const path = firstGiven(host, [
    ['haproxy', 'server_maxconn'],
    ['postgresql', 'parameters', 'max_connections'],
  ])
  const message = `HAProxy passes on ${haproxy.server_maxconn} connections, PostgreSQL takes max_connections = ${allowed}`
  return [finding(path, message, 'set postgresql.parameters.max_connections above haproxy.server_maxconn')]
})

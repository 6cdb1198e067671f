/** Lets `consul` show the agent's own token, which so never stands in a process list; agents without ACLs take an empty one. */
export const agentToken = `CONSUL_HTTP_TOKEN=$(sed -n 's/.*"agent": "\\([^"]*\\)".*/\\1/p' /etc/consul.d/pgha.json 2>/dev/null)
export CONSUL_HTTP_TOKEN`

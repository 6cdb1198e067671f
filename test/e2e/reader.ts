import type { Lab } from '../lab/lab.ts'
import { type Client, connectToVip, startClient } from './client.ts'

/** Starts a client that reads a row of the catalogue through the VIP, at the port for writes, until it is stopped. */
export async function startReader(lab: Lab, password = 'lab-superuser'): Promise<Client> {
  const connect = () => connectToVip(lab, password)
  return startClient(connect, await connect(), async (session) => {
    await session.query('select count(*) from pg_class')
  })
}

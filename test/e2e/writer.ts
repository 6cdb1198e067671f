import type { Lab } from '../lab/lab.ts'
import { type Client, type Connect, connectToVip, type Lap, leave, startClient } from './client.ts'

/** What a writer went through. */
export interface WriterReport extends Lap {
  /** Acknowledged numbers that are not in the table at the end. */
  readonly lost: number
}

/** A client that inserts rising numbers through the VIP until it is stopped. */
export interface Writer extends Client {
  readonly stop: () => Promise<WriterReport>
}

/** Starts a writer on the lab's machine; its table is new. The password is that of the superuser. */
export async function startWriter(lab: Lab, password = 'lab-superuser'): Promise<Writer> {
  const connect = () => connectToVip(lab, password)
  const acknowledged: number[] = []
  let next = 1
  const first = await connect()
  await first.query('drop table if exists writer; create table writer (n bigint primary key)')
  const client = startClient(connect, first, async (session) => {
    const n = next++
    await session.query('insert into writer values ($1)', [n])
    acknowledged.push(n)
  })
  return {
    lap: client.lap,
    stop: async () => ({ ...(await client.stop()), lost: await lostOf(connect, acknowledged) }),
  }
}

async function lostOf(connect: Connect, acknowledged: readonly number[]): Promise<number> {
  const client = await connect()
  const { rows } = await client.query<{ readonly n: string }>('select n from writer')
  leave(client)
  const kept = new Set(rows.map(({ n }) => Number(n)))
  return acknowledged.filter((n) => !kept.has(n)).length
}

import { connect } from 'node:net'

/** Asks an agent for a value as its server would (protocol: ZBXD, flags, length, text). */
export function zabbixGet(address: string, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: address, port: 10_050, timeout: 5000 }, () => {
      const text = Buffer.from(key)
      const head = Buffer.alloc(13)
      head.write('ZBXD\u0001', 'latin1')
      head.writeUInt32LE(text.length, 5)
      socket.write(Buffer.concat([head, text]))
    })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(new Error('the agent is silent')))
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).subarray(13).toString())
    })
  })
}

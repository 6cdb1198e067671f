import { Socket } from 'node:net'

type Done = (error?: Error | null) => void

/**
 * A socket that sends together what is written in one go. ssh2 writes a packet in three parts: sent one by one, each costs
 * a system call here, and wakes sshd for nothing there.
 */
export class PacketSocket extends Socket {
  override write(chunk: Uint8Array | string, encoding?: BufferEncoding | Done, done?: Done): boolean {
    if (this.writableCorked === 0) {
      this.cork()
      process.nextTick(() => {
        this.uncork()
      })
    }
    return typeof encoding === 'function' ? super.write(chunk, encoding) : super.write(chunk, encoding, done)
  }
}

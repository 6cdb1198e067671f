import * as z from 'zod'
import { line, secret, text, wholeNumber } from '../../inventory/fields.ts'

const urlForm = /^https?:\/\/[^\s"\\]+$/

const Telegram = z.strictObject({
  token: secret({ pattern: /^[0-9]+:[A-Za-z0-9_-]+$/, message: "expected a bot's token, 12345:AbC…" }).meta({
    description: 'token of the bot',
  }),
  chat_id: text(/^(-?[0-9]{1,20}|@[A-Za-z0-9_]{1,64})$/, "expected a chat's number in quotes, or @name").meta(
    {
      description: 'chat or group that gets the messages',
    },
  ),
  api: line()
    .regex(urlForm, 'expected an address that begins with https://')
    .default('https://api.telegram.org')
    .meta({ description: 'address of the API' }),
})

const Webhook = z.strictObject({
  url: secret({ pattern: urlForm, message: 'expected an address that begins with https://' }).meta({
    description: 'takes JSON by POST: text, node, state, vip',
  }),
})

/** Tells people when the virtual address moves. */
export const AlertsVars = z
  .strictObject({
    telegram: Telegram.optional().meta({ description: 'a message to a Telegram chat' }),
    webhook: Webhook.optional().meta({ description: 'a POST to any address' }),
    timeout: wholeNumber(1, 60).default(5).meta({ description: 'seconds that a message may take' }),
  })
  .refine(({ telegram, webhook }) => telegram !== undefined || webhook !== undefined, {
    error: 'needs telegram: or webhook:',
  })

export type AlertsVars = z.infer<typeof AlertsVars>

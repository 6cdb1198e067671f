import type { AnsibleReading } from './reading.ts'
import type { TemplateValue } from './template-files.ts'
import { type Template, valueAt } from './template-lines.ts'

// https://core.telegram.org/bots/api#authorizing-your-bot
const token = /\b(\d{5,}:[A-Za-z0-9_-]{20,})/
const chat = /chat_?id["']?\s*[=:]\s*["']?(-?\d+|@\w+)/i

/** What a script of alerts says: the bot's token and the chat, both or neither. */
export function telegramValues({ notes }: AnsibleReading, template: Template): readonly TemplateValue[] {
  const { text, file } = template
  const at = text.search(/api\.telegram\.org|\b\d{5,}:[A-Za-z0-9_-]{20,}/)
  if (at < 0) return []
  const [bot, group] = [token.exec(text), chat.exec(text)]
  if (bot !== null && group !== null) {
    return [
      valueAt(template, bot, 'alerts.telegram.token', 'secret'),
      valueAt(template, group, 'alerts.telegram.chat_id', 'text'),
    ]
  }
  const source = { file, line: text.slice(0, at).split('\n').length, column: 1 }
  notes.push({
    message: 'tells a Telegram chat: its token and chat are not read',
    source,
    hint: 'they belong into alerts.telegram, as token and chat_id',
  })
  return []
}

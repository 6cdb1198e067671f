import type { Measured } from '../drill/round.ts'
import type { Stretch } from '../drill/series.ts'
import { xml } from './drill-junit.ts'

const width = 960
const left = 90
const plotHeight = 110
const rowHeight = 14
const colors = ['#2563eb', '#d97706', '#059669', '#7c3aed', '#db2777', '#475569']

/** A round as a picture: acknowledgements per second, who takes writes, who has the VIP, fault, heal, and the outage. */
export function drillChart({ series, figures }: Measured): string {
  const { seconds, binSeconds, acks, inside, errors } = series
  const x = (at: number) => (left + (at / seconds) * (width - left - 10)).toFixed(1)
  const rates = [acks, inside].map((counts) => counts.map((count) => count / binSeconds))
  const top = Math.max(1, ...rates.flat())
  const y = (rate: number) => (10 + plotHeight - (rate / top) * plotHeight).toFixed(1)
  const line = (values: readonly number[], color: string) =>
    `<polyline fill="none" stroke="${color}" points="${values.map((rate, index) => `${x((index + 0.5) * binSeconds)},${y(rate)}`).join(' ')}"/>`
  const names = [...new Set([...series.writable, ...series.vip].map(({ name }) => name))].toSorted()
  const colorOf = (name: string) => colors[names.indexOf(name) % colors.length] ?? '#000'
  const rows = [
    ...rowsOf(series.writable).map((row) => ({ ...row, label: `takes writes` })),
    ...rowsOf(series.vip).map((row) => ({ ...row, label: `has the VIP` })),
  ]
  const height = plotHeight + 34 + rows.length * (rowHeight + 3)
  const rowY = (index: number) => plotHeight + 24 + index * (rowHeight + 3)
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="acknowledgements per second">`,
    ...outageBand(figures.outage, series, x),
    `<text x="4" y="18">${Math.round(top)}/s</text><text x="4" y="${plotHeight + 10}">0</text>`,
    `<line x1="${left}" y1="${plotHeight + 10}" x2="${width - 10}" y2="${plotHeight + 10}" stroke="#999"/>`,
    line(rates[0] ?? [], '#111'),
    ...(inside.some((count) => count > 0) ? [line(rates[1] ?? [], '#dc2626')] : []),
    ...errors.flatMap((count, index) =>
      count === 0
        ? []
        : [
            `<rect x="${x(index * binSeconds)}" y="${plotHeight + 11}" width="2" height="4" fill="#dc2626"><title>${count} not acknowledged</title></rect>`,
          ],
    ),
    ...mark(series.injected, 'fault', '#dc2626', height, x),
    ...mark(series.healed, 'heal', '#059669', height, x),
    ...(series.whole === undefined ? [] : mark(series.whole, 'whole', '#2563eb', height, x)),
    ...rows.map(
      ({ stretch: { name, from, to }, label }, index) =>
        `<text x="4" y="${rowY(index) + 11}">${label}</text><rect x="${x(from)}" y="${rowY(index)}" width="${Math.max(2, Number(x(to)) - Number(x(from)))}" height="${rowHeight}" fill="${colorOf(name)}" opacity="0.7"><title>${xml(name)} ${from.toFixed(1)} to ${to.toFixed(1)} s</title></rect><text x="${Number(x(from)) + 4}" y="${rowY(index) + 11}" fill="#fff">${xml(name)}</text>`,
    ),
    ...ticks(seconds, x),
    '</svg>',
  ].join('')
}

function outageBand(
  { longestMs, beganMs }: Measured['figures']['outage'],
  { startedMs, seconds }: Measured['series'],
  x: (at: number) => string,
): readonly string[] {
  if (longestMs < 250) return []
  const from = Math.max(0, (beganMs - startedMs) / 1000)
  const to = Math.min(seconds, from + longestMs / 1000)
  const wide = Number(x(to)) - Number(x(from))
  return [
    `<rect x="${x(from)}" y="10" width="${wide.toFixed(1)}" height="${plotHeight}" fill="#fecaca"><title>no writes for ${(longestMs / 1000).toFixed(2)} s</title></rect>`,
  ]
}

interface Row {
  readonly stretch: Stretch
}

/** A line per stretch: two at the same time are seen as two. */
function rowsOf(stretches: readonly Stretch[]): readonly Row[] {
  return stretches.toSorted((a, b) => a.from - b.from).map((stretch) => ({ stretch }))
}

function mark(
  at: number,
  label: string,
  color: string,
  height: number,
  x: (at: number) => string,
): readonly string[] {
  return [
    `<line x1="${x(at)}" y1="4" x2="${x(at)}" y2="${height - 12}" stroke="${color}" stroke-dasharray="4 2"/>`,
    `<text x="${Number(x(at)) + 3}" y="10" fill="${color}">${label}</text>`,
  ]
}

function ticks(seconds: number, x: (at: number) => string): readonly string[] {
  const step = seconds > 120 ? 30 : 10
  const count = Math.floor(seconds / step)
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = index * step
    return `<text x="${x(at)}" y="${plotHeight + 22}" fill="#666">${at} s</text>`
  })
}

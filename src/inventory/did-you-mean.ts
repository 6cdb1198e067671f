/** A hint with the nearest of the known names, or with all of them when there are few and none is near. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const candidates = [...known]
  const nearest = nearestName(name, candidates)
  if (nearest !== undefined) return `did you mean ${JSON.stringify(nearest)}?`
  return candidates.length > 0 && candidates.length <= listed ? `known: ${candidates.join(', ')}` : undefined
}

const listed = 12

/** The known name that is at most a third of its letters away from `name`, and closest to it. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined
  let least = Infinity
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance >= least || distance > Math.floor(candidate.length / 3)) continue
    nearest = candidate
    least = distance
  }
  return nearest
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const edited = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + (same ? 0 : 1))
      next.push(swapped ? Math.min(edited, at(before, j - 2) + 1) : edited)
    }
    before = row
    row = next
  }
  return at(row, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}

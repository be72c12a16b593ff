export type Place = readonly (string | number)[]

/** What is wrong in the description of an account, and where. */
export class DescriptionProblem extends Error {
  readonly place: Place

  constructor(place: Place, problem: string) {
    super(problem)
    this.place = place
  }
}

/** `users[0].keys[1]`. */
export function showPlace(place: Place): string {
  const text = place.map((each) => (typeof each === 'number' ? `[${each}]` : `.${each}`)).join('')
  return text.replace(/^\./, '') || 'the account'
}

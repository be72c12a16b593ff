export type Place = readonly (string | number)[]

/** What is wrong in the description of an account, and where. */
export class DescriptionProblem extends Error {
  readonly place: Place

  /** `problem` goes on behind the place, or behind `shown` in its stead. */
  constructor(place: Place, problem: string, shown = place) {
    super(showPlace(shown) + problem)
    this.place = place
  }
}

/** `users[0].keys[1]`. */
function showPlace(place: Place): string {
  const text = place.map((each) => (typeof each === 'number' ? `[${each}]` : `.${each}`)).join('')
  return text.replace(/^\./, '') || 'the account'
}

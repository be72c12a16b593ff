/** A screen is slow with the rows of thousands of users; what is printed has them all. */
export const ROWS_AT_ONCE = 500

/** What the page runs: filters and sorts the table, which is whole without it. Plain JavaScript of browsers. */
export const SCRIPT = `
(() => {
  'use strict'
  const table = document.getElementById('users')
  const form = document.getElementById('filter')
  const count = document.getElementById('count')
  const more = document.getElementById('more')
  const body = table.tBodies[0]
  const all = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }))
  const { text, enforced, ifEnforced } = form.elements

  let most = ${ROWS_AT_ONCE}
  const filter = () => {
    const words = text.value.toLowerCase().split(/\\s+/)
    let shown = 0
    for (const each of all) {
      const { row } = each
      const fits =
        (enforced.value === '' || row.dataset.enforced === enforced.value) &&
        (ifEnforced.value === '' || row.dataset.ifEnforced === ifEnforced.value) &&
        words.every((word) => each.text.includes(word))
      if (fits) shown += 1
      row.hidden = !fits
      row.classList.toggle('more', fits && shown > most)
    }
    more.hidden = shown <= most
    more.textContent = 'Show ' + Math.min(${ROWS_AT_ONCE}, shown - most) + ' more'
    count.textContent = shown === all.length
      ? shown + (shown === 1 ? ' row' : ' rows')
      : shown + ' of ' + all.length + ' rows'
  }
  form.addEventListener('input', filter)
  form.addEventListener('reset', () => setTimeout(filter))
  form.addEventListener('submit', (event) => event.preventDefault())
  more.addEventListener('click', () => {
    most += ${ROWS_AT_ONCE}
    filter()
  })
  form.hidden = false
  filter()

  const { compare } = new Intl.Collator('en', { numeric: true })
  const headings = Array.from(table.tHead.rows[0].cells)
  const sortBy = (heading, column) => {
    const isDown = heading.getAttribute('aria-sort') === 'ascending'
    for (const each of headings) each.removeAttribute('aria-sort')
    heading.setAttribute('aria-sort', isDown ? 'descending' : 'ascending')
    const keys = new Map(all.map(({ row }) => {
      const cell = row.cells[column]
      return [row, cell.dataset.sort ?? cell.textContent]
    }))
    const sign = isDown ? -1 : 1
    all.sort((one, other) => sign * compare(keys.get(one.row), keys.get(other.row)))
    // Outside the document, moving rows costs nothing.
    body.remove()
    body.append(...all.map(({ row }) => row))
    filter()
    table.append(body)
  }
  headings.forEach((heading, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...heading.childNodes)
    button.addEventListener('click', () => sortBy(heading, column))
    heading.append(button)
  })
})()
`

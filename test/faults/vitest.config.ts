import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['test/faults/*.suite.ts'], maxWorkers: 3 },
})

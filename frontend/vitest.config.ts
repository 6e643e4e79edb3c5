import { defineConfig } from 'vitest/config'

export default defineConfig({
  define: { __BUILD__: JSON.stringify('this-build') },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
})

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Eight hex digits that depend on nothing but the source: the same tree gives the same build. */
function buildId(): string {
  const sources = readdirSync(join(here, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  const others = ['index.html', 'package-lock.json', 'vite.config.ts']
    .map((name) => join(here, name))
  for (const file of [...sources, ...others].sort()) {
    hash.update(file.slice(here.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex').slice(0, 8)
}

/** Writes build.json beside index.html; kioskd tells its id to every page. */
function buildJson(build: string): Plugin {
  return {
    name: 'build-json',
    generateBundle() {
      const source = JSON.stringify({ build }) + '\n'
      this.emitFile({ type: 'asset', fileName: 'build.json', source })
    },
  }
}

const build = buildId()

export default defineConfig({
  plugins: [vue(), buildJson(build)],
  define: {
    __BUILD__: JSON.stringify(build),
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  build: {
    outDir: '../kioskd/web/panel',
    emptyOutDir: true,
    assetsInlineLimit: 0, // font-src is 'self': nothing may become a data: address
    modulePreload: { polyfill: false },
    target: 'chrome110',
  },
})

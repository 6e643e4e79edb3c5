// npm run lock: after any change of package.json. Each package's address is written as on a host named
// `registry`, which stands for the one that npm is set up for (see .npmrc). Without an address npm would
// fetch every package's whole history first, which is more than the packages themselves.
import { readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue
  const name = entry.name ?? path.split('node_modules/').at(-1)
  entry.resolved = `https://registry/${name}/-/${name.split('/').at(-1)}-${entry.version}.tgz`
}
writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n')

// Puts another runtime into a specification that a node exported: a chain that starts with a release's runtime.
// The same in every stage.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { program } from './program.mjs'

await program('SPECIFICATION WASM OUTPUT', [3, 3], (specification, wasm, output) => {
	const spec = JSON.parse(readFileSync(specification, 'utf8'))
	const genesis = spec.genesis?.runtimeGenesis
	assert(genesis?.code, `${specification} is no specification with a runtime in it; one that is raw has its genesis made already`)
	genesis.code = `0x${readFileSync(wasm).toString('hex')}`
	writeFileSync(output, JSON.stringify(spec))
})

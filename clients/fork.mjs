// Chopsticks forks a running chain, and builds blocks on the fork; with a runtime, what comes after an upgrade to it.
// The same in every stage.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { BuildBlockMode, setup } from '@acala-network/chopsticks'
import { program, reach } from './program.mjs'

// The first block after an upgrade runs the migrations, the second is one like all that follow.
const BLOCKS = 2

const little = (hex) => Buffer.from(hex.slice(2), 'hex').readBigUInt64LE()

await program('ws://HOST:PORT [WASM]', [1, 2], async (url, wasm) => {
	// Chopsticks takes the parent's inherents, and the genesis has none.
	await reach(url, 2)
	const chain = await setup({ endpoint: url, buildBlockMode: BuildBlockMode.Manual })
	const forked = chain.head
	const before = (await forked.runtimeVersion).specVersion
	if (wasm) forked.setWasm(`0x${readFileSync(wasm).toString('hex')}`)
	const after = (await forked.runtimeVersion).specVersion
	if (wasm) assert(after > before, `${wasm} has spec_version ${after}, and the chain has ${before}`)

	// Where Chopsticks cannot call this, for want of a host function say, it takes slots of 12 s without a word. Then time, slot and
	// the relay chain's slot, which it makes up from it, no longer fit, and the runtime panics with `Parachain slot must match`.
	// Called here, the reason is in the error.
	const duration = little((await forked.call('AuraApi_slot_duration', [])).result)

	const time = async (block) => (await block.read('u64', (await block.meta).query.timestamp.now)).toBigInt()
	let parent = forked
	for (let made = 0; made < BLOCKS; made++) {
		const block = await chain.newBlock()
		assert.equal(block.number, parent.number + 1, `block ${block.number} came after ${parent.number}`)
		assert.equal((await block.extrinsics).length, 2, 'a block has two inherents: the time, and what the relay chain says')
		const passed = (await time(block)) - (await time(parent))
		assert.equal(passed, duration, `time went on by ${passed} ms, and slots have ${duration}`)
		const meta = await block.meta
		const upgrade = await block.read('FrameSystemLastRuntimeUpgradeInfo', meta.query.system.lastRuntimeUpgrade)
		assert.equal(upgrade.specVersion.toNumber(), after, `block ${block.number} is not of spec_version ${after}`)
		console.log(`block ${block.number}: spec_version ${after}, ${passed} ms after its parent`)
		parent = block
	}
	console.log(`forked at block ${forked.number}${wasm ? `, upgraded from spec_version ${before}` : ''}: ${BLOCKS} blocks built`)
})

// A wallet's way: Polkadot-API connects, and transfers with the metadata's hash signed, which the runtime compares with its own.
// The same in every stage.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { sr25519CreateDerive } from '@polkadot-labs/hdkd'
import { DEV_PHRASE, entropyToMiniSecret, mnemonicToEntropy, ss58Address } from '@polkadot-labs/hdkd-helpers'
import { getPolkadotSigner, withMetadataHash } from 'polkadot-api/signer'
import { createWsClient } from 'polkadot-api/ws'
import { program, reach } from './program.mjs'

const derive = sr25519CreateDerive(entropyToMiniSecret(mnemonicToEntropy(DEV_PHRASE)))
const alice = derive('//Alice')
const signer = getPolkadotSigner(alice.publicKey, 'Sr25519', alice.sign)

// What the runtime says of a transaction that it refuses, or nothing if it takes it.
const refusal = async (promise) => {
	try {
		await promise
	} catch (error) {
		return error.error?.value?.type ?? error.message
	}
}

await program('ws://HOST:PORT', [1, 1], async (url) => {
	await reach(url, 1)
	const client = createWsClient(url)
	// Without types that are generated from one runtime: names are looked up in the metadata of the chain.
	const api = client.getUnsafeApi()
	const { name, properties } = await client.getChainSpecData()
	const version = await api.constants.System.Version()
	const prefix = await api.constants.System.SS58Prefix()
	// The symbol and the decimals are part of the hash, and no part of the metadata: the specification has them.
	const info = { tokenSymbol: properties.tokenSymbol, decimals: properties.tokenDecimals }
	console.log(`${name}: ${version.spec_name} ${version.spec_version}, ${info.tokenSymbol} with ${info.decimals} decimals`)

	// An account that nobody has had.
	const address = ss58Address(randomBytes(32), prefix)
	const value = 10n ** BigInt(info.decimals)
	const transfer = () => api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: address }, value })

	// A wallet that was told of another symbol shows other amounts than the runtime moves: what it signs must not pass.
	const wrong = withMetadataHash({ ...info, tokenSymbol: `${info.tokenSymbol}X` }, signer)
	const refused = await refusal(transfer().signAndSubmit(wrong))
	assert.notEqual(refused, 'CannotLookup', 'the runtime has no hash of its metadata: scripts/build-runtime.sh builds one that has')
	assert.equal(refused, 'BadProof', `a transaction with another hash was not refused for it: ${refused ?? 'it was taken'}`)

	const result = await transfer().signAndSubmit(withMetadataHash(info, signer))
	assert(result.ok, `the transfer failed: ${JSON.stringify(result.dispatchError)}`)
	const { hash, number } = result.block
	const account = await api.query.System.Account.getValue(address, { at: hash })
	assert.equal(account.data.free, value, `the new account has ${account.data.free} and not ${value}`)
	console.log(`block ${number}: ${value} transferred, with the metadata's hash; with another hash: ${refused}`)
})

// What the programs here share: they end, on time, and say on one line what went wrong.
// The same in every stage.
// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path'

// How long a program may take: what a transaction waits for on a network, with room.
const MINUTES = 4
// How long a node may take to answer.
const SECONDS = 20

const name = basename(process.argv[1])

function fail(error) {
	const text = error instanceof Error ? error.message : String(error)
	console.error(`${name}: ${text.replace(/\s+/g, ' ')}`)
	process.exit(1)
}

// Runs a program on its arguments. Clients leave sockets and workers behind that would keep it from ending.
export async function program(usage, [least, most], main) {
	const given = process.argv.slice(2)
	if (given.length < least || given.length > most) fail(`usage: ${name} ${usage}`)
	setTimeout(() => fail(`not done after ${MINUTES} minutes`), MINUTES * 60_000)
	// What a client throws where nobody waits for it.
	process.on('unhandledRejection', fail)
	process.on('uncaughtException', fail)
	try {
		await main(...given)
	} catch (error) {
		fail(error)
	}
	process.exit(0)
}

// Waits until block `height` of a chain is final. Clients try for ever to reach a node that is not there; this does not.
export async function reach(url, height) {
	const socket = new WebSocket(url)
	const ask = (method, ...params) =>
		new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`${url} does not answer`)), SECONDS * 1000)
			socket.onerror = () => reject(new Error(`${url} does not answer`))
			socket.onclose = () => reject(new Error(`${url} has closed the connection`))
			socket.onmessage = ({ data }) => {
				clearTimeout(timer)
				const { result, error } = JSON.parse(data)
				if (error) reject(new Error(`${method}: ${error.message}`))
				else resolve(result)
			}
			const send = () => socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
			if (socket.readyState === WebSocket.OPEN) send()
			else socket.onopen = send
		})
	while (true) {
		const header = await ask('chain_getHeader', await ask('chain_getFinalizedHead'))
		if (Number(header.number) >= height) break
		await new Promise((resolve) => setTimeout(resolve, 1000))
	}
	socket.onclose = null
	socket.close()
}

//! What the code on the chain tells of its configuration: the words of panics that only one choice compiles in.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! A runtime's metadata says nothing of `CheckAssociatedRelayNumber`, `ConsensusHook` and `AllowMultipleBlocksPerSlot`. Its wasm
//! does: each choice has assertions of its own, and the compiler leaves out those that cannot be reached. So a phase is told
//! from a chain at rest, and from one that never came into the case the assertion is for.

use crate::facts::Known;
use crate::facts::RelayCheck;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use ruzstd::decoding::StreamingDecoder;
use std::io::Read;

/// What compressed code begins with.
const COMPRESSED: [u8; 8] = [82, 188, 83, 118, 70, 219, 142, 5];
/// What wasm begins with.
const WASM: [u8; 4] = *b"\0asm";
/// How large code may be once it is decompressed, in bytes: what nodes allow.
const LIMIT: u64 = 50 * 1024 * 1024;

const STRICT: &str = "number needs to strictly increase between";
const MONOTONIC: &str = "number needs to monotonically increase between";
const INCREASE: &str = "Slot must increase";
const NOT_DECREASE: &str = "Slot must not decrease";
const VELOCITY: &str = "authored blocks limit is reached for the slot";
/// Words that each runtime of a parachain has: without them the code has no words at all.
const PRESENT: &str = "Timestamp must increment by at least";

/// What the code tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Code {
	/// Whether `FixedVelocityConsensusHook` is in it.
	pub velocity_hook: Known<bool>,
	/// Which check of the relay parent's number is in it.
	pub relay_check: Known<RelayCheck>,
	/// Whether several blocks may have one slot.
	pub several_per_slot: Known<bool>,
}

impl Code {
	/// Nothing is known, because of `why`.
	pub fn unknown(why: &str) -> Self {
		Self {
			velocity_hook: Known::missing(why),
			relay_check: Known::missing(why),
			several_per_slot: Known::missing(why),
		}
	}
}

/// Reads `code`, as it is stored under `:code`, compressed or not. Fails if it is no wasm, or too large.
pub fn read(code: &[u8]) -> Result<Code> {
	let wasm = decompress(code)?;
	ensure!(wasm.starts_with(&WASM), "the code on the chain is no wasm");
	let has = |words: &str| contains(&wasm, words.as_bytes());
	let words = |words: &str| format!("the code on the chain has the words `{words}`");
	if !has(PRESENT) {
		return Ok(Code::unknown("the code on the chain has no words for its panics"));
	}
	let velocity_hook = match has(VELOCITY) {
		true => Known::found(true, words(VELOCITY)),
		false => Known::found(false, format!("the code on the chain lacks the words `{VELOCITY}`")),
	};
	let relay_check = match (has(STRICT), has(MONOTONIC)) {
		(true, false) => Known::found(RelayCheck::Strict, words(STRICT)),
		(false, true) => Known::found(RelayCheck::Monotonic, words(MONOTONIC)),
		(false, false) => Known::found(
			RelayCheck::Any,
			"the code on the chain has the words of neither check of the relay parent's number",
		),
		(true, true) => Known::missing("the code on the chain has the words of both checks"),
	};
	let several_per_slot = match (has(INCREASE), has(NOT_DECREASE)) {
		(true, false) => Known::found(false, words(INCREASE)),
		(false, true) => Known::found(true, words(NOT_DECREASE)),
		(false, false) => Known::missing("the code on the chain has none of pallet-aura's words"),
		(true, true) => Known::missing("the code on the chain decides it while it runs"),
	};
	Ok(Code { velocity_hook, relay_check, several_per_slot })
}

fn decompress(code: &[u8]) -> Result<Vec<u8>> {
	let Some(compressed) = code.strip_prefix(&COMPRESSED[..]) else { return Ok(code.to_vec()) };
	let decoder = StreamingDecoder::new(compressed)
		.context("the code on the chain is not compressed well")?;
	let mut wasm = vec![];
	decoder
		.take(LIMIT + 1)
		.read_to_end(&mut wasm)
		.context("the code on the chain is not compressed well")?;
	ensure!(wasm.len() as u64 <= LIMIT, "the code on the chain is larger than a node allows");
	Ok(wasm)
}

fn contains(all: &[u8], words: &[u8]) -> bool {
	all.windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ruzstd::encoding::compress_to_vec;
	use ruzstd::encoding::CompressionLevel;

	fn wasm(words: &[&str]) -> Vec<u8> {
		let mut wasm = WASM.to_vec();
		wasm.extend_from_slice(&[1, 0, 0, 0]);
		for words in words {
			wasm.extend_from_slice(words.as_bytes());
			wasm.extend_from_slice(b" between Parachain blocks!\0");
		}
		wasm
	}

	fn compressed(wasm: &[u8]) -> Vec<u8> {
		let mut code = COMPRESSED.to_vec();
		code.extend(compress_to_vec(wasm, CompressionLevel::Fastest));
		code
	}

	#[test]
	fn each_stage_is_told_by_its_words() -> Result<()> {
		let sync = read(&wasm(&[PRESENT, STRICT, INCREASE]))?;
		assert_eq!(sync.velocity_hook.value, Some(false));
		assert_eq!(sync.relay_check.value, Some(RelayCheck::Strict));
		assert_eq!(sync.several_per_slot.value, Some(false));
		let phase_3 = read(&wasm(&[PRESENT, MONOTONIC, NOT_DECREASE, VELOCITY]))?;
		assert_eq!(phase_3.velocity_hook.value, Some(true));
		assert_eq!(phase_3.relay_check.value, Some(RelayCheck::Monotonic));
		assert_eq!(phase_3.several_per_slot.value, Some(true));
		Ok(())
	}

	#[test]
	fn compressed_code_tells_the_same() -> Result<()> {
		let plain = wasm(&[PRESENT, MONOTONIC, INCREASE, VELOCITY]);
		assert_eq!(read(&compressed(&plain))?, read(&plain)?);
		Ok(())
	}

	#[test]
	fn code_without_words_tells_nothing() -> Result<()> {
		assert_eq!(read(&wasm(&[STRICT]))?.relay_check.value, None);
		Ok(())
	}

	#[test]
	fn what_is_no_code_is_an_error() {
		assert!(read(b"").is_err());
		assert!(read(b"garbage, and more of it").is_err());
		let mut broken = COMPRESSED.to_vec();
		broken.extend_from_slice(b"garbage, and more of it");
		assert!(read(&broken).is_err());
	}

	#[test]
	fn code_that_grows_without_end_is_an_error() {
		let bomb = compressed(&vec![0; usize::try_from(LIMIT).unwrap_or_default() + 2]);
		assert!(bomb.len() < 1_000_000, "{} bytes are no bomb", bomb.len());
		assert!(read(&bomb).is_err());
	}
}

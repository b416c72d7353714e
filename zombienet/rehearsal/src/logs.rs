//! What the nodes' logs say that somebody should read: panics, forks and errors, counted by message.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Nodes don't print a line's level, so trouble is recognised by its words. Numbers and hashes are taken out, so that a
//! message counts as one whatever it is about. What is expected is listed below, each with its reason; the rest is not.

use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// Words of lines that are worth reading, in lower case.
const TROUBLE: &[&str] = &[
	"panick",
	"error",
	"fail",
	"unable",
	"could not",
	"couldn't",
	"cannot",
	"can't",
	"invalid",
	"reject",
	"stale",
	"timeout",
	"timed out",
	"mismatch",
	"dropped",
	"banned",
	"missing",
	"no space",
	"refus",
	"expected parent",
	"must ",
	"limit is reached",
	"reorg on",
	"not found",
	"equivocat",
	"warn",
	"bad input",
];

/// A message that is expected: words of it, in lower case, and why it is.
struct Expected {
	words: &'static str,
	reason: &'static str,
}

const fn expected(words: &'static str, reason: &'static str) -> Expected {
	Expected { words, reason }
}

/// The messages that are expected. `docs/guide` tells its readers of those that the phases bring.
const EXPECTED: &[Expected] = &[
	expected("reorg on", "a fork: the collator built on a relay block that lost"),
	expected(
		"expected parent to be included",
		"sync: the basic collator tries on each relay block, and the runtime refuses until the parent is included",
	),
	expected(
		"no space left for the block in the unincluded segment",
		"phase 1: the basic collator tries on each relay block while its last block is not included",
	),
	expected(
		"missing required set_validation_data inherent",
		"follows one of the two above: the inherent failed, and so does the block",
	),
	expected(
		"set_validation_data inherent needs to be present",
		"follows one of the two above: the inherent failed, and so does the block",
	),
	expected(
		"parachain code doesn't match validation code stored in the relay chain state",
		"an upgrade is under way",
	),
	expected(
		"could not find parent to build upon",
		"once in a while: the collator does not have the relay chain's block yet",
	),
	expected("failed to get header for para block", "as above"),
	expected(
		"failed to get header for included block",
		"a collator that just started: it does not have yet what the relay chain included",
	),
	expected(
		"inherent extrinsic returned unexpected error",
		"follows a panic, which is listed for itself",
	),
	expected("err=runtimeapierror(application(execution(abortedduetotrap", "follows a panic, as above"),
	expected("execution aborted due to trap", "follows a panic, as above"),
	expected("addrcache", "a node that starts for the first time has no addresses"),
	expected("no effect anymore", "an option that zombienet gives to every node"),
	expected("hardware does not meet", "this machine is no validator's"),
	expected("hardware will fail", "this machine is no validator's"),
	expected("slower than a collator", "this machine is no collator's"),
	expected("failed checks", "this machine is no validator's"),
	expected("did not provide entropy", "the first blocks of a relay chain have none"),
	expected("genesis mismatch", "another network on this machine was found"),
	expected("essential task `txpool-background` failed", "a node that is being ended"),
];

/// A message and how often it came.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
	/// The message, without numbers and hashes.
	pub text: String,
	/// How often each node said it.
	pub nodes: BTreeMap<String, u32>,
	/// Why it is expected, if it is.
	pub expected: Option<String>,
}

impl Message {
	/// How often all nodes said it.
	pub fn count(&self) -> u32 {
		self.nodes.values().sum()
	}

	/// Whether a runtime panicked.
	pub fn is_panic(&self) -> bool {
		self.text.contains("panicked")
	}
}

/// Everything in the logs that is worth reading, the most frequent first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Logs {
	/// The messages.
	pub messages: Vec<Message>,
	/// How many panics.
	pub panics: u32,
	/// How many reorgs, of all nodes.
	pub reorgs: u32,
	/// How many lines that nobody expects.
	pub unexpected: u32,
}

/// Reads the logs, given by node. One that can't be read counts as empty.
pub fn scan(logs: &[(String, PathBuf)]) -> Logs {
	let mut messages: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
	for (node, path) in logs {
		let bytes = std::fs::read(path).unwrap_or_default();
		for text in troubles(&String::from_utf8_lossy(&bytes)) {
			*messages.entry(text).or_default().entry(node.clone()).or_default() += 1;
		}
	}
	let mut messages: Vec<_> = messages
		.into_iter()
		.map(|(text, nodes)| Message { expected: reason(&text).map(str::to_string), text, nodes })
		.collect();
	messages.sort_by_key(|message| std::cmp::Reverse(message.count()));
	let sum = |of: fn(&Message) -> bool| -> u32 {
		messages.iter().filter(|message| of(message)).map(Message::count).sum()
	};
	Logs {
		panics: sum(Message::is_panic),
		reorgs: sum(|message| message.text.contains("Reorg on")),
		unexpected: sum(|message| message.expected.is_none()),
		messages,
	}
}

/// A block that a collator made, as its log tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
	/// How long it took, in milliseconds.
	pub ms: u64,
	/// Why no more transactions went in: the proposer's word.
	pub end: String,
}

/// The blocks of these heights that the logs of collators tell of, forks included. A validator's tells of relay blocks.
pub fn prepared(logs: &[(String, PathBuf)], heights: RangeInclusive<u32>) -> Vec<Prepared> {
	let mut found = vec![];
	for (_, path) in logs {
		let bytes = std::fs::read(path).unwrap_or_default();
		for (height, block) in String::from_utf8_lossy(&bytes).lines().filter_map(prepared_in) {
			if heights.contains(&height) {
				found.push(block);
			}
		}
	}
	found
}

/// The height of the block that the line tells of, and the rest.
fn prepared_in(line: &str) -> Option<(u32, Prepared)> {
	let (_, rest) = line.split_once("Prepared block for proposing at ")?;
	let (height, rest) = rest.split_once(" (")?;
	let (ms, rest) = rest.split_once(" ms)")?;
	let (_, rest) = rest.split_once("; end: ")?;
	let end = rest.split(';').next()?.trim().to_string();
	Some((height.parse().ok()?, Prepared { ms: ms.parse().ok()?, end }))
}

/// The messages of `log` that are worth reading. Of lines without a date, which go on with a message, only the first after a
/// panic counts: its place is on one line and its words on the next. The rest are backtraces, unless a node says there, on its
/// way out, that it panicked itself or why it ends.
fn troubles(log: &str) -> Vec<String> {
	let mut found = vec![];
	let mut lines = log.lines().peekable();
	while let Some(line) = lines.next() {
		let mut text = without_time(line).trim().to_string();
		if text.contains("panicked at") {
			if let Some(next) = lines.next_if(|next| goes_on(next)) {
				text = format!("{text} {}", next.trim());
			}
		}
		let lower = text.to_lowercase();
		if TROUBLE.iter().any(|words| lower.contains(words)) {
			found.push(pattern(&text));
		}
		while lines.next_if(|next| goes_on(next)).is_some() {}
	}
	found
}

fn goes_on(line: &str) -> bool {
	!has_time(line) && !line.contains("panicked") && !line.starts_with("Error")
}

/// Whether a line begins with a date, as all do that a logger wrote.
fn has_time(line: &str) -> bool {
	line.len() > 20 && line.bytes().take(4).all(|byte| byte.is_ascii_digit())
}

fn without_time(line: &str) -> &str {
	if has_time(line) {
		line.splitn(3, ' ').nth(2).unwrap_or_default()
	} else {
		line
	}
}

/// `text` with every number, hash and identifier as `N`.
fn pattern(text: &str) -> String {
	let mut pattern = String::new();
	for (index, word) in text.split(' ').enumerate() {
		if index > 0 {
			pattern.push(' ');
		}
		let word = without_directories(word);
		// A word of an identifier's length with a digit in it is one.
		if word.len() > 20 && word.contains(|c: char| c.is_ascii_digit()) && !word.contains('/') {
			pattern.push('N');
			continue;
		}
		let (before, hash) = word.split_at(word.find("0x").unwrap_or(word.len()));
		put_numbers(&mut pattern, before);
		if let Some(digits) = hash.strip_prefix("0x") {
			pattern.push('N');
			put_numbers(
				&mut pattern,
				digits.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '…'),
			);
		}
	}
	pattern.chars().take(240).collect()
}

/// A path without what is another on every machine: of a panic's place the crate and its file stay, of others the last part.
fn without_directories(word: &str) -> &str {
	if let Some((_, file)) = word.split_once("/registry/src/") {
		return file.split_once('/').map_or(file, |(_, file)| file);
	}
	let path = word.trim_start_matches(['`', '"', '\'']);
	match path.rsplit_once('/') {
		Some((_, last)) if path.starts_with('/') => last,
		_ => word,
	}
}

/// Appends `text` with every number in it as `N`.
fn put_numbers(pattern: &mut String, text: &str) {
	let mut in_number = false;
	for c in text.chars() {
		if !c.is_ascii_digit() {
			pattern.push(c);
		} else if !in_number {
			pattern.push('N');
		}
		in_number = c.is_ascii_digit();
	}
}

fn reason(text: &str) -> Option<&'static str> {
	let lower = text.to_lowercase();
	EXPECTED.iter().find(|expected| lower.contains(expected.words)).map(|expected| expected.reason)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_message_is_the_same_whatever_it_is_about() {
		let one = pattern("Reorg on #17,0x7028…2938 to #18,0xb0e1…8ba3, common #16");
		let other = pattern("Reorg on #117,0x1128…2938 to #9,0xffe1…8ba3, common #8");
		assert_eq!(one, other);
		assert!(one.starts_with("Reorg on #N,N to"), "{one}");
	}

	#[test]
	fn paths_are_the_same_on_every_machine() {
		let place = pattern("panicked at /home/user/.cargo/registry/src/index-1949cf8c6b5b557f/a-0.3.0/src/lib.rs:3:1:");
		assert_eq!(place, "panicked at a-N.N.N/src/lib.rs:N:N:");
		assert_eq!(pattern("space for `/home/user/db/full` below"), "space for full` below");
	}

	#[test]
	fn a_collation_that_the_runtime_refuses_is_expected_and_no_other() {
		let line = "No collation at relay parent 0xe0db…8cf6: Error at calling runtime api: Execution failed: \
			Execution aborted due to trap: wasm trap: wasm `unreachable` instruction executed";
		assert_eq!(reason(line), Some("follows a panic, as above"));
		assert_eq!(reason("No collation at relay parent 0xe0db…8cf6: it has no slot"), None);
	}

	#[test]
	fn a_panic_is_named_by_its_words() {
		let log = "2026-11-22 20:44:42 [Parachain] panicked at runtime/src/lib.rs:322:1:\n\
			no space left for the block in the unincluded segment: new_len(1) < capacity(1)    \n\
			error while executing at wasm backtrace:\n\
			2026-11-22 20:44:42 [Parachain] Imported #82    \n";
		let found = troubles(log);
		assert_eq!(found.len(), 1, "{found:?}");
		assert!(found.iter().all(|text| reason(text).is_some()), "{found:?}");
	}

	#[test]
	fn a_nodes_own_end_is_no_backtrace() {
		let log = "2026-11-22 20:44:42 [Parachain] Imported #82    \n\
			Version: 0.1.0\n\
			Thread 'main' panicked at 'no such file', src/main.rs:3\n\
			Error: Service(Other(\"the disk is full\"))\n";
		let found = troubles(log);
		assert_eq!(found.len(), 2, "{found:?}");
		assert!(found.iter().all(|text| reason(text).is_none()), "{found:?}");
	}

	#[test]
	fn a_prepared_block_is_read_with_its_end() {
		let line = "2026-11-22 20:44:42 [Parachain] 🎁 Prepared block for proposing at 25 (123 ms) hash: 0x12; \
			parent_hash: 0x34; end: HitBlockWeightLimit; extrinsics_count: 43";
		let prepared = Prepared { ms: 123, end: "HitBlockWeightLimit".to_string() };
		assert_eq!(prepared_in(line), Some((25, prepared)));
		assert_eq!(prepared_in("Imported #25"), None);
	}

	#[test]
	fn what_is_not_listed_is_unexpected() {
		assert_eq!(reason("panicked at lib.rs:N:N: Slot must increase"), None);
		assert!(reason("♻️  Reorg on #N").is_some());
	}
}

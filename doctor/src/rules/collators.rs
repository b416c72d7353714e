//! Collators that do not go with each other, or with the runtime.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::several_under_way;
use super::Rule;
use super::Severity;
use crate::facts::CollatorKind;
use crate::facts::Facts;
use crate::steps::collator_kinds;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

pub(super) const RULES: &[Rule] = &[
	Rule {
		id: "mixed-collators",
		severity: Severity::Warning,
		sentence: "Not all collators run the same binary.",
		remedy: "Finish replacing them before the next runtime upgrade.",
		guide: "README.md#the-order",
		check: mixed,
	},
	Rule {
		id: "old-collators",
		severity: Severity::Warning,
		sentence: "The runtime is phase 3's, and there are collators of before phase 2: more forks, and less time for a block.",
		remedy: "Replace their nodes.",
		guide: "phase-2.md#24-lookahead-instead-of-basic",
		check: old,
	},
];

fn mixed(facts: &Facts) -> Vec<String> {
	let mut evidence = vec![];
	let first = facts.para.as_ref().map(|para| para.node.as_str());
	let others = facts.collators.iter().filter_map(|collator| collator.node.as_deref());
	let nodes: BTreeSet<&str> =
		first.into_iter().chain(others).filter(|it| !it.is_empty()).collect();
	if nodes.len() > 1 {
		let nodes: Vec<&str> = nodes.into_iter().collect();
		evidence.push(format!("nodes say that they are {}", nodes.join(" and ")));
	}
	let asked: Vec<_> = facts.collators.iter().filter_map(|it| it.kind.get()).collect();
	if asked.iter().any(|kind| kind.ahead()) && asked.contains(&CollatorKind::Basic) {
		let basic = asked.iter().filter(|kind| **kind == CollatorKind::Basic).count();
		evidence.push(format!("{basic} of the {} that were asked are basic", asked.len()));
	}
	// What a collator writes into a block is the same in each of its blocks, and in those of another with the same binary.
	let mut written: BTreeMap<u32, BTreeSet<&[String]>> = BTreeMap::new();
	for block in &facts.watch.blocks {
		if let Some(author) = block.author {
			written.entry(author).or_default().insert(&block.digest);
		}
	}
	let steady: BTreeSet<&[String]> =
		written.values().filter(|of| of.len() == 1).flat_map(|of| of.iter().copied()).collect();
	if steady.len() > 1 {
		let steady: Vec<String> = steady.iter().map(|digest| digest.join(", ")).collect();
		evidence.push(format!(
			"some authorities write {} into their blocks' digest",
			steady.join("; others ")
		));
	}
	evidence
}

fn old(facts: &Facts) -> Vec<String> {
	if !several_under_way(facts) {
		return vec![];
	}
	collator_kinds(facts)
		.into_iter()
		.filter(|(_, kind)| *kind == CollatorKind::Basic)
		.map(|(who, kind)| format!("{who} is {kind}"))
		.collect()
}
